import type { ComputeTask, ThreadAnswer } from '#workers/compute/task.ts'
import { compute as computeAsEver } from '#workers/compute/thread.ts'

/** A compute thread that some input ends: what a defect in a native module or in V8 would do. */
export async function compute(tasks: readonly ComputeTask[]): Promise<readonly ThreadAnswer[]> {
  if (tasks.some(isDeadly)) process.exit(3)
  return computeAsEver(tasks)
}

export function isDeadly(task: ComputeTask): boolean {
  return task.do === 'judge' && Buffer.from(task.bytes).includes('DEADLY')
}
