import { limits } from '#config/limits.ts'
import { alarmOverdue } from '#prisma/store/overdue.ts'
import type { Store } from '#prisma/store/index.ts'
import { nowMs } from '#workers/effects/clock.ts'

/**
 * Looks for acknowledgements that are late. Nothing rings for what did not come: it is looked for
 * with every sweep of another job. Answers whether more may be late.
 */
export async function overdueDue(store: Store): Promise<boolean> {
  const { overdueSetsMax: setsMax } = limits.workers
  return (await alarmOverdue(store, { setsMax, now: new Date(nowMs()) })) === setsMax
}
