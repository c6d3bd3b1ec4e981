import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { Piscina } from 'piscina'

import { ownPid } from '#workers/effects/own-pid.ts'
import type { ComputeTask, ThreadAnswer } from './task.ts'

export interface ComputeLimits {
  readonly threads: number
  /** For one run of a thread, be it one message or many, and so much longer for each MiB. */
  readonly messageTimeMs: number
  readonly messageTimePerMibMs: number
  readonly memoryMb: number
}

/** Where messages are decided, off the event loop, within time and memory (DESIGN §3). */
export interface ComputePool {
  /**
   * In a thread. Rejects when the thread ends before it answers: out of memory, out of time. Time
   * runs from when a thread is free.
   */
  batch(tasks: readonly ComputeTask[]): Promise<readonly ThreadAnswer[]>
  /** In a process of its own. Rejects with how it ended where it did not answer. */
  alone(task: ComputeTask): Promise<ThreadAnswer>
  close(): Promise<void>
}

/** Files that answer: threads and child run the same code, tests may give worse. */
export interface ComputeFiles {
  readonly thread: string
  readonly child: string
}

const ownFiles: ComputeFiles = {
  thread: fileURLToPath(new URL('./thread.ts', import.meta.url)),
  child: fileURLToPath(new URL('./child.ts', import.meta.url)),
}

export function openComputePool(limits: ComputeLimits, files = ownFiles): ComputePool {
  const pool = new Piscina<readonly ComputeTask[], readonly ThreadAnswer[]>({
    filename: files.thread,
    name: 'compute',
    minThreads: limits.threads,
    maxThreads: limits.threads,
    resourceLimits: { maxOldGenerationSizeMb: limits.memoryMb },
  })
  const turns = new Turns(limits.threads)
  return {
    batch: (tasks) =>
      turns.take(() => pool.run(tasks, { signal: AbortSignal.timeout(timeOf(tasks, limits)) })),
    alone: (task) => runAlone(task, files.child, limits),
    close: () => pool.close({ force: true }),
  }
}

/** Lets so many run at once and the others wait, so that their wait is not taken for their time. */
class Turns {
  #free: number
  readonly #waiting: (() => void)[] = []

  constructor(free: number) {
    this.#free = free
  }

  async take<T>(run: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
    try {
      return await run()
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#free += 1
      else next()
    }
  }
}

/**
 * A message of the largest size takes longer to read than all else takes for most. Many have no
 * more time than one: one of them that loops must not hold the thread for all; out of time, each
 * comes again alone.
 */
function timeOf(tasks: readonly ComputeTask[], limits: ComputeLimits): number {
  const bytes = tasks.reduce((sum, task) => sum + (task.do === 'judge' ? task.bytes.length : 0), 0)
  return Math.ceil(limits.messageTimeMs + (bytes / mib) * limits.messageTimePerMibMs)
}

const mib = 1024 * 1024

function runAlone(
  task: ComputeTask,
  file: string,
  limits: ComputeLimits,
): Promise<ThreadAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<ThreadAnswer>()
  const child = fork(file, [String(ownPid())], {
    serialization: 'advanced',
    execArgv: [`--max-old-space-size=${limits.memoryMb}`],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  const timer = setTimeout(() => child.kill('SIGKILL'), timeOf([task], limits))
  child.once('message', (answer) => resolve(answer as ThreadAnswer))
  child.once('error', (error) => {
    clearTimeout(timer)
    child.kill('SIGKILL')
    reject(error)
  })
  child.once('exit', (code, signal) => {
    clearTimeout(timer)
    reject(new Error(signal === null ? `exit code ${code}` : `killed by ${signal}`))
  })
  child.send(task)
  return promise
}
