import type { ComputeTask, ThreadAnswer } from '#workers/compute/task.ts'

/** A compute thread that some input keeps in a synchronous loop. */
export function compute(tasks: readonly ComputeTask[]): readonly ThreadAnswer[] {
  return tasks.map(({ messageId }) => {
    while (messageId === 'loops') continue
    return { is: 'decided', judgement: null, effects: [] }
  })
}
