import { fileURLToPath } from 'node:url'

import { afterEach, expect, test } from 'vitest'

import { nothingKnown } from '#core/exchange/known.ts'
import { openComputePool } from './pool.ts'
import type { ComputePool } from './pool.ts'
import type { ComputeTask } from './task.ts'

let pool: ComputePool
afterEach(() => pool.close())

/** Never answers a message named `loops`, and answers the others at once. */
const looping = fileURLToPath(new URL('../../test/support/looping-thread.ts', import.meta.url))

function open(): void {
  const limits = { threads: 1, messageTimeMs: 1_500, messageTimePerMibMs: 1_000, memoryMb: 256 }
  pool = openComputePool(limits, { thread: looping, child: looping })
}

function task(messageId: string): ComputeTask {
  return { messageId, known: nothingKnown, receivedAtMs: 0, do: 'apply', slices: [] }
}

test('many messages have no more time than one', async () => {
  open()
  const beganMs = performance.now()
  const batch = [task('loops'), ...Array.from({ length: 20 }, (_, index) => task(`${index}`))]
  await expect(pool.batch(batch)).rejects.toThrow('aborted')
  expect(performance.now() - beganMs).toBeLessThan(10_000)
})

test('the wait for a thread is not taken for their time', async () => {
  open()
  const [first, second, third] = await Promise.allSettled([
    pool.batch([task('loops')]), pool.batch([task('loops')]), pool.batch([task('a')]),
  ])
  expect([first.status, second.status, third.status])
    .toEqual(['rejected', 'rejected', 'fulfilled'])
})
