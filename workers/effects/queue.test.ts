import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'bullmq'
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Bell, RemoteBell } from '#core/exchange/bell.ts'
import { describeWithRedis, TestRedis } from '#test/support/redis.ts'
import { openQueueBell } from './queue.ts'
import type { QueueBellOptions } from './queue.ts'

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

  function bellOn(url = redis.url, more: Partial<QueueBellOptions> = {}): RemoteBell {
    const log = {
      error: (_: object, message: string) => void said.push(message),
      info: (_: object, message: string) => void said.push(message),
    }
    const bell = openQueueBell({
      url, log, fleet: 'test', slots: 2, concurrency: 4, sweepMs: 60_000, answerMs: 300, ...more,
    })
    open.push(bell)
    return bell
  }

  /** A bell that is listened to; answers what it heard. */
  function listener(more: Partial<QueueBellOptions> = {}): { bell: RemoteBell; heard: Bell[] } {
    const heard: Bell[] = []
    const bell = bellOn(redis.url, more)
    bell.listen(async (one) => void heard.push(one))
    return { bell, heard }
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

  test('however often it rings while somebody looks, somebody looks after it', async () => {
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
    const away = said.filter((message) => message.includes('takes no rings'))
    expect(away.length).toBeLessThanOrEqual(2)
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

  test('while Redis hangs, ringing does not, and the bell is known to be down', async () => {
    const { heard } = listener()
    const api = bellOn()
    await until(() => api.isUp() && heard.length >= 4)
    redis.hang()
    try {
      // Nobody rings: it is seen all the same.
      await until(() => !api.isUp(), 3_000)
      const startedMs = Date.now()
      for (let ring = 0; ring < 1_000; ring++) api.ring('receive')
      expect(Date.now() - startedMs).toBeLessThan(200)
    } finally {
      redis.goOn()
    }
    await until(() => api.isUp())
    heard.length = 0
    api.ring('receive')
    await until(() => heard.includes('receive'))
    expect(said).toEqual(expect.arrayContaining(['Redis answers again']))
  })

  test('Redis going in the very moment a process comes costs that process nothing', async () => {
    const door = await flakyDoor(redis.url)
    const heard: Bell[] = []
    bellOn(door.url).listen(async (bell) => void heard.push(bell))
    const api = bellOn(door.url)
    await sleep(500)
    door.mend()
    await until(() => {
      api.ring('receive')
      return heard.includes('receive')
    })
    await Promise.all(open.splice(0).map((bell) => bell.close()))
    door.close()
  })

  test('a ring in a dead hand is taken up by another one, however often', async () => {
    const { bell: api } = listener({ slots: 1 })
    await until(() => api.isUp())
    for (let deaths = 0; deaths < 2; deaths++) {
      open.splice(0).map((bell) => bell.hush())
      const connection = new Redis(redis.url, { maxRetriesPerRequest: null })
      let taken = false
      const dead = new Worker('crossdock-bell-test', async () => {
        taken = true
        await new Promise(() => undefined)
      }, { connection, lockDuration: 5_000 })
      await until(() => {
        api.ring('deliver')
        return taken
      })
      await dead.close(true)
      connection.disconnect()
      const { bell, heard } = listener({ slots: 1 })
      // What waits behind it in its slot comes too.
      bell.ring('deliver')
      expect(await until(() => heard.includes('deliver'), 15_000)).toBeLessThan(10_000)
      open.push(api)
    }
  })

  test('a listener that hushes leaves rings to others, all of them', async () => {
    const { bell: leaving, heard: heardThere } = listener()
    const { heard } = listener()
    const api = bellOn()
    await until(() => api.isUp() && heard.length + heardThere.length >= 4)
    leaving.hush()
    await sleep(100)
    heardThere.length = 0
    for (let rings = 1; rings <= 20; rings++) {
      heard.length = 0
      api.ring('poll')
      await until(() => heard.includes('poll'))
    }
    expect(heardThere).toEqual([])
  })

  test.each(['kill', 'hang'] as const)('stops at once after a %s of Redis', async (how) => {
    const { bell, heard } = listener()
    await until(() => bell.isUp() && heard.length >= 4)
    if (how === 'kill') await redis.kill()
    else redis.hang()
    try {
      await until(() => !bell.isUp())
      const startedMs = Date.now()
      await bell.close()
      expect(Date.now() - startedMs).toBeLessThan(1_000)
    } finally {
      if (how === 'kill') await redis.up()
      else redis.goOn()
    }
  })

  test('fleets on one Redis do not hear each other', async () => {
    const { heard: stranger } = listener({ fleet: 'other' })
    const { bell, heard } = listener()
    await until(() => stranger.length >= 4 && heard.length >= 4)
    stranger.length = 0
    heard.length = 0
    bell.ring('receive')
    await until(() => heard.includes('receive'))
    await sleep(200)
    expect(stranger).toEqual([])
  })

  test('somebody looks at everything again and again, also after Redis forgot that', async () => {
    const { heard: one } = listener({ sweepMs: 300 })
    const { heard: two } = listener({ sweepMs: 300 })
    const sweeps = (): number => [...one, ...two].filter((bell) => bell === 'envelope').length
    await until(() => sweeps() >= 4)
    await redis.flush()
    one.length = two.length = 0
    await sleep(3_000)
    // Once in an interval by its schedule, and when it is set anew by each: not once for each lane.
    expect(sweeps()).toBeGreaterThanOrEqual(5)
    expect(sweeps()).toBeLessThanOrEqual(35)
  })

  test('a Redis that lets nobody in is one that is away', async () => {
    const api = bellOn(redis.url.replace('//', '//nobody:wrong@'))
    await until(() => said.length > 0)
    for (let ring = 0; ring < 100; ring++) api.ring('receive')
    await sleep(700)
    expect(api.isUp()).toBe(false)
    expect(said).toEqual(['Redis takes no rings; sweeps go on'])
  })
})

/** The way to a Redis, cut at the second question for its version, until it is mended. */
async function flakyDoor(url: string) {
  let mended = false
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    const redis = connect(Number(new URL(url).port), '127.0.0.1')
    let questions = 0
    socket.on('data', (chunk) => {
      questions += chunk.toString('latin1').toLowerCase().split('\r\ninfo\r\n').length - 1
      if (!mended && questions > 1) {
        socket.destroy()
      } else {
        redis.write(chunk)
      }
    })
    redis.pipe(socket)
    for (const one of [socket, redis]) {
      sockets.add(one)
      one.on('error', () => undefined)
      one.on('close', () => [socket, redis].map((end) => end.destroy()))
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    mend: () => {
      mended = true
    },
    close: () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}
