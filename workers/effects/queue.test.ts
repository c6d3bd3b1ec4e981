import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Bell, RemoteBell } from '#core/exchange/bell.ts'
import { describeWithRedis, TestRedis } from '#test/support/redis.ts'
import { openQueueBell } from './queue.ts'

describeWithRedis('a bell on Redis', () => {
  let redis: TestRedis
  let open: RemoteBell[] = []
  let said: string[] = []

  beforeAll(async () => {
    redis = await TestRedis.start()
  })
  afterAll(async () => redis.stop())
  afterEach(async () => {
    await Promise.all(open.map((bell) => bell.close()))
    open = []
    said = []
    await redis.flush()
  })

  function bellOn(url = redis.url): RemoteBell {
    const log = {
      error: (_: object, message: string) => void said.push(message),
      info: (_: object, message: string) => void said.push(message),
    }
    const bell = openQueueBell({ url, slots: 2, concurrency: 4, sweepMs: 60_000, log })
    open.push(bell)
    return bell
  }

  async function until(what: () => boolean, withinMs = 10_000): Promise<number> {
    const startedMs = Date.now()
    while (!what()) {
      if (Date.now() - startedMs > withinMs) throw new Error('it did not come to be')
      await sleep(10)
    }
    return Date.now() - startedMs
  }

  test('rings from one process are answered in another, soon', async () => {
    const heard: Bell[] = []
    bellOn().listen(async (bell) => void heard.push(bell))
    const api = bellOn()
    await until(() => api.isUp())
    await until(() => heard.length >= 4)
    heard.length = 0
    api.ring('receive')
    expect(await until(() => heard.includes('receive'))).toBeLessThan(1_000)
  })

  test('however often it rings while somebody looks, somebody looks once more', async () => {
    let looks = 0
    let looking = 0
    let atOnce = 0
    let rung = 0
    let rungAtLastLook = 0
    bellOn().listen(async (bell) => {
      if (bell !== 'deliver') return
      looks += 1
      looking += 1
      atOnce = Math.max(atOnce, looking)
      rungAtLastLook = rung
      await sleep(100)
      looking -= 1
    })
    const api = bellOn()
    await until(() => api.isUp() && looks > 0)
    for (; rung < 500; rung++) {
      api.ring('deliver')
      if (rung % 50 === 0) await sleep(20)
    }
    await until(() => rungAtLastLook === 500 && looking === 0)
    expect(looks).toBeLessThan(60)
    // No more than the slots, and the fleet's own look at the start.
    expect(atOnce).toBeLessThanOrEqual(3)
  })

  test('flushed, it rings on; away, it fails nobody and says so once', async () => {
    const heard: Bell[] = []
    bellOn().listen(async (bell) => void heard.push(bell))
    const api = bellOn()
    await until(() => api.isUp() && heard.length >= 4)
    await redis.flush()
    heard.length = 0
    await until(() => {
      api.ring('poll')
      return heard.includes('poll')
    })
    await redis.kill()
    for (let ring = 0; ring < 100; ring++) api.ring('receive')
    await until(() => !api.isUp())
    await sleep(500)
    expect(said.filter((message) => message.includes('away')).length).toBeLessThanOrEqual(2)
    await redis.up()
    await until(() => api.isUp())
    heard.length = 0
    await until(() => {
      api.ring('envelope')
      return heard.includes('envelope')
    })
  })

  test('where there is no Redis at all, ringing costs nothing', async () => {
    const api = bellOn('redis://127.0.0.1:1')
    const startedMs = Date.now()
    for (let ring = 0; ring < 1_000; ring++) api.ring('receive')
    expect(Date.now() - startedMs).toBeLessThan(200)
    await until(() => said.length > 0)
    expect(api.isUp()).toBe(false)
  })
})
