import { Redis } from 'ioredis'
import { Fault } from '#core/errors/fault.ts'

/** What a Redis says of itself. Throws REDIS_UNREACHABLE and REDIS_EVICTS. */
export async function lookAtRedis(url: string, timeoutMs: number): Promise<string> {
  const redis = new Redis(url, {
    lazyConnect: true, connectTimeout: timeoutMs, maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  })
  redis.on('error', () => undefined)
  try {
    await redis.connect()
    const told = await redis.info()
    const field = (name: string): string | undefined =>
      new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(told)?.[1]
    const policy = field('maxmemory_policy') ?? 'noeviction'
    if (policy !== 'noeviction') throw new Fault('REDIS_EVICTS', { policy })
    return `Redis ${field('redis_version') ?? ''} answers`
  } catch (error) {
    if (error instanceof Fault) throw error
    const because = error instanceof Error ? error.message : String(error)
    throw new Fault('REDIS_UNREACHABLE', { because })
  } finally {
    redis.disconnect()
  }
}
