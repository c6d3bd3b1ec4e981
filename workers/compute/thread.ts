import { isFault } from '#core/errors/fault.ts'
import { MappingShelf } from '#workers/effects/mappings.ts'
import { Computer } from './compute.ts'
import type { ComputeTask, ThreadAnswer } from './task.ts'

/**
 * The entry of a compute thread: piscina calls `compute` with a batch, one answer a task in its
 * order.
 */
const shelf = new MappingShelf()
const computer = new Computer((name) => shelf.get(name))
warm()

/**
 * Compiles every mapping now, so that no first document waits; a broken one faults where it is
 * used.
 */
function warm(): void {
  for (const name of shelf.names()) {
    try {
      shelf.get(name)
    } catch (error) {
      if (!isFault(error)) throw error
    }
  }
}

export async function compute(
  tasks: readonly ComputeTask[],
): Promise<readonly ThreadAnswer[]> {
  const answers: ThreadAnswer[] = []
  for (const task of tasks) {
    answers.push(
      await computer.compute(task).catch((error: unknown) => ({
        is: 'failed' as const,
        reason: error instanceof Error ? (error.stack ?? error.message) : String(error),
      })),
    )
  }
  return answers
}
