import { statfs } from 'node:fs/promises'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import underPressure from '@fastify/under-pressure'
import type { FastifyInstance } from 'fastify'

import { countBacklog } from '#prisma/store/standing.ts'
import type { Store } from '#prisma/store/index.ts'
import type { ApiLimits } from '../context.ts'

export interface Watched {
  readonly store: Store
  readonly limits: ApiLimits
  /** The directory whose disk the database fills; null where the database is someone else's. */
  readonly dataDir: string | null
}

const resolutionMs = 20
const nsPerMs = 1_000_000

/**
 * Watches what a new message needs: a database that keeps up, memory, a loop that turns, room on
 * the disk. The answer tells why the door is shut, or null. Sampled, because asking at each request
 * would be pressure itself.
 */
export async function watchPressure(
  app: FastifyInstance,
  { store, limits, dataDir }: Watched,
): Promise<() => string | null> {
  await app.register(underPressure, { sampleInterval: limits.pressureSampleMs })
  const delays = monitorEventLoopDelay({ resolution: resolutionMs })
  delays.enable()
  let delayMs = 0
  let backlog = 0
  let diskFreeBytes = Infinity

  async function sample(): Promise<void> {
    // The median: one long pause is over when it is seen, a loop that is late at every turn is not.
    delayMs = delays.percentile(50) / nsPerMs - resolutionMs
    delays.reset()
    backlog = await countBacklog(store, limits.backlogMax + 1)
    if (dataDir === null) return
    const { bavail, bsize } = await statfs(dataDir)
    diskFreeBytes = bavail * bsize
  }

  const timer = setInterval(() => {
    // While the database is away every post fails by itself; the last sample stands until it is
    // back.
    sample().catch((error: unknown) => app.log.debug({ err: error }, 'pressure not sampled'))
  }, limits.pressureSampleMs)
  timer.unref()
  app.addHook('onClose', async () => {
    clearInterval(timer)
    delays.disable()
  })

  return () => {
    const { rssBytes } = app.memoryUsage()
    if (backlog > limits.backlogMax) return `more than ${limits.backlogMax} messages wait for work`
    if (diskFreeBytes < limits.diskFreeBytesMin) return 'the disk of the database is nearly full'
    if (rssBytes > limits.rssBytesMax) return 'the process is short of memory'
    return delayMs > limits.eventLoopDelayMaxMs ? 'the process is overloaded' : null
  }
}
