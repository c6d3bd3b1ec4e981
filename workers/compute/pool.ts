import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { Piscina } from 'piscina'

import type { ComputeTask, ThreadAnswer } from './task.ts'

export interface ComputeLimits {
  readonly threads: number
  /** For one message, the wait for a free thread included, and so much longer for each MiB. */
  readonly messageTimeMs: number
  readonly messageTimePerMibMs: number
  readonly memoryMb: number
}

/** Where messages are decided, off the event loop, within time and memory (DESIGN §3). */
export interface ComputePool {
  /** In a thread. Rejects when the thread ends before it answers: out of memory, out of time. */
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
  return {
    batch: (tasks) =>
      pool.run(tasks, { signal: AbortSignal.timeout(timeOf(tasks, limits)) }),
    alone: (task) => runAlone(task, files.child, limits),
    close: () => pool.close({ force: true }),
  }
}

/** A message of the largest size takes longer to read than all else takes for most. */
function timeOf(tasks: readonly ComputeTask[], limits: ComputeLimits): number {
  const bytes = tasks.reduce((sum, task) => sum + (task.do === 'judge' ? task.bytes.length : 0), 0)
  return Math.ceil(
    tasks.length * limits.messageTimeMs + (bytes / mib) * limits.messageTimePerMibMs,
  )
}

const mib = 1024 * 1024

function runAlone(
  task: ComputeTask,
  file: string,
  limits: ComputeLimits,
): Promise<ThreadAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<ThreadAnswer>()
  const child = fork(file, [], {
    serialization: 'advanced',
    execArgv: [`--max-old-space-size=${limits.memoryMb}`],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  const timer = setTimeout(() => child.kill('SIGKILL'), timeOf([task], limits))
  child.once('message', (answer) => resolve(answer as ThreadAnswer))
  child.once('error', reject)
  child.once('exit', (code, signal) => {
    clearTimeout(timer)
    reject(new Error(signal === null ? `exit code ${code}` : `killed by ${signal}`))
  })
  child.send(task)
  return promise
}
