import { closeSync, openSync, readSync, statSync } from 'node:fs'

import { contestants } from './contestants.ts'
import type { Contestant, ContestantName } from './contestants.ts'

/**
 * One contestant with one input, in a process of its own: its memory is its own, and so is what V8
 * learnt.
 */
export interface CodecTask {
  readonly contestant: ContestantName
  readonly file: string
  /** Read from the file while it runs, once; else held in memory and run until it is warm. */
  readonly streamed: boolean
}

export interface CodecFigures {
  /** Of its best round: what else runs on the machine only ever takes away. */
  readonly megabytesPerCpuSecond: number
  readonly rssMegabytes: number
}

const megabyte = 1_000_000
const chunkBytes = 65_536
const warmUpMs = 500
const measureMs = 1_500
const roundsMin = 3
/** A round is long enough for the clock of CPU time. */
const roundBytesMin = megabyte

process.once('message', (task: CodecTask) => {
  void run(task).then((figures) => {
    process.send?.(figures, undefined, undefined, () => process.disconnect())
  })
})
process.once('disconnect', () => process.exit(0))

async function run({ contestant, file, streamed }: CodecTask): Promise<CodecFigures> {
  const bytes = statSync(file).size
  const rates = streamed
    ? [await rate(contestants[contestant], () => chunksOf(file), bytes, 1)]
    : await warmRates(contestants[contestant], [...chunksOf(file)], bytes)
  return {
    megabytesPerCpuSecond: Math.max(...rates),
    rssMegabytes: (process.resourceUsage().maxRSS * 1_024) / megabyte,
  }
}

async function warmRates(
  contestant: Contestant,
  chunks: readonly Uint8Array[],
  bytes: number,
): Promise<number[]> {
  const times = Math.ceil(roundBytesMin / bytes)
  for (const end = performance.now() + warmUpMs; performance.now() < end;) {
    await rate(contestant, () => chunks, bytes, times)
  }
  const rates: number[] = []
  const end = performance.now() + measureMs
  while (rates.length < roundsMin || performance.now() < end) {
    rates.push(await rate(contestant, () => chunks, bytes, times))
  }
  return rates
}

/** Megabytes a CPU second, collecting garbage included, whoever else is on the machine. */
async function rate(
  contestant: Contestant,
  chunks: () => Iterable<Uint8Array>,
  bytes: number,
  times: number,
): Promise<number> {
  const before = process.cpuUsage()
  for (let time = 0; time < times; time++) await contestant(chunks())
  const { user, system } = process.cpuUsage(before)
  return (bytes * times) / (user + system)
}

function* chunksOf(file: string): Generator<Uint8Array> {
  const descriptor = openSync(file, 'r')
  try {
    for (;;) {
      const chunk = new Uint8Array(chunkBytes)
      const filled = readSync(descriptor, chunk)
      if (filled === 0) return
      yield chunk.subarray(0, filled)
    }
  } finally {
    closeSync(descriptor)
  }
}
