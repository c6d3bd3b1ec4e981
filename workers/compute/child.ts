import { Worker } from 'node:worker_threads'

import { compute } from './thread.ts'
import type { ComputeTask } from './task.ts'

/**
 * The entry of a child process that decides one suspicious message alone; its end harms nobody
 * else. Its argument is the process id of the hub that asked.
 */
const watchdog = new URL('../effects/watchdog.ts', import.meta.url)
new Worker(watchdog, { workerData: Number(process.argv[2]) }).unref()

process.once('message', (task: ComputeTask) => {
  void compute([task]).then(([answer]) => {
    process.send?.(answer, undefined, undefined, () => process.disconnect())
  })
})
// The hub that asked is gone: nobody waits for the answer.
process.once('disconnect', () => process.exit(0))
