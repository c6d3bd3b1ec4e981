import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { Doorbell } from './doorbell.ts'
import type { DoorbellOptions, Drain } from './doorbell.ts'

let doorbell: Doorbell
afterEach(async () => doorbell.stop())

const nothing: Drain = async () => false
const neverMs = 60_000

function open(receive: Drain, changes: Partial<DoorbellOptions> = {}): Doorbell {
  doorbell = new Doorbell({
    drains: { receive, envelope: nothing, deliver: nothing, poll: nothing },
    lanes: { receive: 1, envelope: 1, deliver: 1, poll: 1 },
    sweepMs: neverMs,
    failed: () => undefined,
    ...changes,
  })
  return doorbell
}

/** A drain that waits until it is let go, and counts. */
function gated() {
  let looks = 0
  let letGo = Promise.withResolvers<boolean>()
  const drain: Drain = () => {
    looks += 1
    return letGo.promise
  }
  const open = (more = false): void => {
    const gate = letGo
    letGo = Promise.withResolvers<boolean>()
    gate.resolve(more)
  }
  return { drain, open, looks: () => looks }
}

test('every lane looks once at the start, without a ring', async () => {
  let looks = 0
  open(async () => {
    looks += 1
    return false
  }, { lanes: { receive: 3, envelope: 1, deliver: 1, poll: 1 } })
  await sleep(20)
  expect(looks).toBe(3)
})

test('a ring wakes a lane that sleeps', async () => {
  const gate = gated()
  const bell = open(gate.drain)
  gate.open()
  await sleep(20)
  expect(gate.looks()).toBe(1)
  bell.ring('receive')
  await sleep(20)
  expect(gate.looks()).toBe(2)
  gate.open()
})

test('rings during a look make one more look, however many they are', async () => {
  const gate = gated()
  const bell = open(gate.drain)
  for (let rings = 0; rings < 5; rings++) bell.ring('receive')
  gate.open()
  await sleep(20)
  expect(gate.looks()).toBe(2)
  gate.open()
  await sleep(20)
  expect(gate.looks()).toBe(2)
})

test('a lane with more to do looks again by itself', async () => {
  let left = 4
  open(async () => --left > 0)
  await sleep(20)
  expect(left).toBe(0)
})

test('a lost ring costs one sweep', async () => {
  let looks = 0
  open(async () => {
    looks += 1
    return false
  }, { sweepMs: 20 })
  await sleep(200)
  expect(looks).toBeGreaterThan(2)
})

test('a look that fails is told and waited out', async () => {
  const failures: unknown[] = []
  let looks = 0
  open(async () => {
    looks += 1
    if (looks === 1) throw new Error('the database is away')
    return false
  }, { sweepMs: 20, failed: (bell, error) => failures.push([bell, (error as Error).message]) })
  await sleep(200)
  expect(failures).toEqual([['receive', 'the database is away']])
  expect(looks).toBeGreaterThan(1)
})

test('a stop waits for the look in hand and begins none', async () => {
  const gate = gated()
  const bell = open(gate.drain)
  bell.ring('receive')
  let stopped = false
  const stopping = bell.stop().then(() => {
    stopped = true
  })
  await sleep(20)
  expect(stopped).toBe(false)
  gate.open(true)
  await stopping
  expect(gate.looks()).toBe(1)
  bell.ring('receive')
  await sleep(20)
  expect(gate.looks()).toBe(1)
})

test('one bell does not wake another\'s lanes', async () => {
  let looks = 0
  const bell = open(async () => {
    looks += 1
    return false
  })
  await sleep(20)
  bell.ring('deliver')
  await sleep(20)
  expect(looks).toBe(1)
})
