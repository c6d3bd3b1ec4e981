import { workerData } from 'node:worker_threads'

/**
 * A thread beside the work of a child process, given the id of the hub that asked for it. Work in a
 * synchronous loop never hears that the hub is gone; this thread does, and ends the whole process.
 */
const hubPid = workerData as number
const lookEveryMs = 1_000

setInterval(() => {
  if (process.ppid !== hubPid) process.kill(process.pid, 'SIGKILL')
}, lookEveryMs)
