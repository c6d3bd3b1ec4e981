import type { ComputeTask } from '#workers/compute/task.ts'
import { compute } from '#workers/compute/thread.ts'
import { isDeadly } from './deadly-thread.ts'

/** The child process beside it. */
process.once('message', (task: ComputeTask) => {
  if (isDeadly(task)) process.kill(process.pid, 'SIGKILL')
  void compute([task]).then(([answer]) => {
    process.send?.(answer, undefined, undefined, () => process.disconnect())
  })
})
