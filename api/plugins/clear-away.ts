import type { FastifyInstance } from 'fastify'

import { forgetKeys } from '#prisma/store/idempotency.ts'
import { removeOrphanParts } from '#prisma/store/intake-upload.ts'
import type { Context } from '../context.ts'

/**
 * Clears away what the door itself leaves behind: parts of messages that were broken off, and
 * idempotency keys past their time. Several hubs may do it at once.
 */
export function clearAway(app: FastifyInstance, { store, limits, nowMs }: Context): void {
  async function clear(): Promise<void> {
    const uploads = await removeOrphanParts(store, new Date(nowMs() - limits.uploadAgeMaxMs))
    const keys = await forgetKeys(store, new Date(nowMs() - limits.idempotencyKeyAgeMs))
    app.log.debug({ uploads, keys }, 'cleared away')
  }
  const timer = setInterval(() => {
    // What is not cleared now is cleared the next time.
    clear().catch((error: unknown) => app.log.warn({ err: error }, 'not cleared away'))
  }, limits.clearEveryMs)
  timer.unref()
  app.addHook('onClose', async () => clearInterval(timer))
}
