import { Redis } from 'ioredis'
import { Fault } from '#core/errors/fault.ts'

/** What BullMQ recommends at least. */
const oldestVersion = '6.2'

/** What a Redis says of itself. Throws REDIS_UNREACHABLE, REDIS_TOO_OLD or REDIS_EVICTS. */
export async function lookAtRedis(url: string, timeoutMs: number): Promise<string> {
  const told = await askOf(url, timeoutMs)
  const field = (name: string): string | undefined =>
    new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(told)?.[1]
  // Valkey goes on telling the Redis it branched from.
  const version = field('redis_version') ?? '0'
  if (isOlder(version, oldestVersion)) {
    throw new Fault('REDIS_TOO_OLD', { version, least: oldestVersion })
  }
  const policy = field('maxmemory_policy') ?? 'noeviction'
  if (policy !== 'noeviction') throw new Fault('REDIS_EVICTS', { policy })
  const valkey = field('valkey_version')
  return valkey === undefined ? `Redis ${version} answers` : `Valkey ${valkey} answers`
}

/** One that takes the connection and then says nothing is no better than none. */
async function askOf(url: string, timeoutMs: number): Promise<string> {
  const redis = new Redis(url, {
    lazyConnect: true, connectTimeout: timeoutMs, maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  })
  const said: Error[] = []
  redis.on('error', (error: Error) => void said.push(error))
  const hanging = setTimeout(() => redis.disconnect(), timeoutMs)
  try {
    await redis.connect()
    return await redis.info()
  } catch (error) {
    // What it said before it hung up tells more than that it did.
    const why: unknown = said.at(-1) ?? error
    throw new Fault('REDIS_UNREACHABLE', {
      because: why instanceof Error ? why.message : String(why),
    })
  } finally {
    clearTimeout(hanging)
    redis.disconnect()
  }
}

function isOlder(version: string, least: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [leastMajor = 0, leastMinor = 0] = least.split('.').map(Number)
  return major < leastMajor || (major === leastMajor && minor < leastMinor)
}
