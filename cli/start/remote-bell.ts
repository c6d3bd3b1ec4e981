import type { Logger } from 'pino'
import { limits } from '#config/limits.ts'
import type { RemoteBell } from '#core/exchange/bell.ts'
import { openDatabaseBell } from '#prisma/store/bell.ts'
import { databaseId } from '#prisma/store/standing.ts'
import { openQueueBell } from '#workers/effects/queue.ts'
import type { Closers } from './closers.ts'
import type { StartOptions } from './options.ts'
import type { Prepared } from './prepare.ts'

/** How several processes wake each other: by Redis where there is one, else by the database. */
export async function openRemoteBell(
  { redisUrl }: StartOptions,
  prepared: Prepared,
  log: Logger,
  closers: Closers,
): Promise<RemoteBell> {
  const bell = redisUrl === undefined
    ? overDatabase(prepared, log)
    : await overRedis(redisUrl, prepared, log)
  closers.add('doorbell', limits.stop.storeMs, () => bell.close())
  return bell
}

function overDatabase({ store, url }: Prepared, log: Logger): RemoteBell {
  const { bellReconnectMs: reconnectMs } = limits.workers
  const { connectTimeoutMs } = limits.store
  return openDatabaseBell(store, { url, log, reconnectMs, connectTimeoutMs })
}

async function overRedis(url: string, { store }: Prepared, log: Logger): Promise<RemoteBell> {
  const { bellSlots, receiveLanes, fleetSweepMs, bellAnswerMs } = limits.workers
  return openQueueBell({
    url, log,
    fleet: await databaseId(store),
    slots: bellSlots,
    concurrency: receiveLanes + bellSlots,
    sweepMs: fleetSweepMs,
    answerMs: bellAnswerMs,
  })
}
