import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

import { contestants } from './codec/contestants.ts'
import type { ContestantName } from './codec/contestants.ts'
import { interchangeOfSize } from './codec/input.ts'
import type { CodecFigures, CodecTask } from './codec/run-one.ts'
import { figure, table } from './report/figures.ts'
import { machineLine } from './report/machine.ts'
import { drawFrom } from './report/random.ts'

/**
 * `npm run bench:codec`: our reader beside the bare scan of the bytes and beside node-x12, each
 * alone in a process, in one run. Prints Markdown.
 */
const { values: given } = parseArgs({
  options: { seed: { type: 'string', default: String(Date.now() % 1_000_000) } },
})
const seed = Number(given.seed)

const kilobyte = 1_000
const megabyte = 1_000_000
const turns = 2

interface Input {
  readonly name: string
  readonly bytes: number
  /** Null: orders of 5 to 60 lines, as many as fit. */
  readonly linesPerSet: number | null
}

const inMemory: readonly Input[] = [
  { name: '10 kB', bytes: 10 * kilobyte, linesPerSet: 20 },
  { name: '1 MB', bytes: megabyte, linesPerSet: null },
  { name: '10 MB', bytes: 10 * megabyte, linesPerSet: null },
]
const streamed: readonly Input[] = [
  { name: '100 MB', bytes: 100 * megabyte, linesPerSet: null },
  { name: 'one 850 of 50,000 lines', bytes: 1, linesPerSet: 50_000 },
]

const directory = await mkdtemp(join(tmpdir(), 'crossdock-bench-'))
try {
  print(`${machineLine()}; seed ${seed}\n`)
  await compare()
  await stream()
} finally {
  await rm(directory, { recursive: true, force: true })
}

async function compare(): Promise<void> {
  const names = Object.keys(contestants) as ContestantName[]
  const rows: string[][] = []
  for (const input of inMemory) {
    const file = await write(input)
    const figures = new Map<ContestantName, CodecFigures>()
    // Taken in turns, so that a busy minute of the machine does not fall on one of them alone.
    for (let turn = 0; turn < turns; turn++) {
      for (const contestant of names) {
        const found = await run({ contestant, file, streamed: false })
        figures.set(contestant, better(found, figures.get(contestant)))
      }
    }
    const rate = (name: ContestantName): number => figures.get(name)?.megabytesPerCpuSecond ?? NaN
    for (const name of names) {
      rows.push([
        `${input.name}: ${name}`, figure(rate(name)), figure(rate(name) / rate('scan')),
        figure(rate(name) / rate('node-x12 stream')), figure(rate(name) / rate('node-x12 parse()')),
        figure(figures.get(name)?.rssMegabytes ?? NaN),
      ])
    }
  }
  const head = [
    'MB per CPU-second', 'rate', '÷ scan', '÷ node-x12 stream', '÷ node-x12 parse()', 'RSS MB',
  ]
  print(`${table(head, rows)}\n`)
}

function better(one: CodecFigures, other = one): CodecFigures {
  return one.megabytesPerCpuSecond > other.megabytesPerCpuSecond ? one : other
}

async function stream(): Promise<void> {
  const rows: string[][] = []
  for (const input of streamed) {
    const file = await write(input)
    const { megabytesPerCpuSecond, rssMegabytes } =
      await run({ contestant: 'validate and 997', file, streamed: true })
    rows.push([input.name, figure(megabytesPerCpuSecond), figure(rssMegabytes)])
  }
  print(table(['streamed from a file: validate and 997', 'MB per CPU-second', 'RSS MB'], rows))
}

async function write(input: Input): Promise<string> {
  const path = join(directory, `${input.name}.edi`)
  const file = await open(path, 'w')
  for (const piece of interchangeOfSize(input.bytes, input.linesPerSet, drawFrom(seed))) {
    await file.write(piece)
  }
  await file.close()
  return path
}

async function run(task: CodecTask): Promise<CodecFigures> {
  const child = fork(fileURLToPath(new URL('./codec/run-one.ts', import.meta.url)))
  child.send(task)
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`${task.contestant} ended with exit code ${String(code)}`)
  })
  ended.catch(() => undefined)
  const [figures] = (await Promise.race([once(child, 'message'), ended])) as [CodecFigures]
  return figures
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}
