import type { Logger } from 'pino'
import { limits } from '#config/limits.ts'
import type { RemoteBell } from '#core/exchange/bell.ts'
import { openDatabaseBell } from '#prisma/store/bell.ts'
import { openQueueBell } from '#workers/effects/queue.ts'
import type { Closers } from './closers.ts'
import type { StartOptions } from './options.ts'
import type { Prepared } from './prepare.ts'

/** How several processes wake each other: by Redis where there is one, else by the database. */
export function openRemoteBell(
  { redisUrl }: StartOptions,
  { store, url }: Prepared,
  log: Logger,
  closers: Closers,
): RemoteBell {
  const { bellSlots: slots, receiveLanes, fleetSweepMs, bellReconnectMs } = limits.workers
  const bell = redisUrl === undefined
    ? openDatabaseBell(store, { url, log, reconnectMs: bellReconnectMs })
    : openQueueBell({
        url: redisUrl, log, slots, sweepMs: fleetSweepMs, concurrency: receiveLanes + slots,
      })
  closers.add('doorbell', limits.stop.storeMs, () => bell.close())
  return bell
}
