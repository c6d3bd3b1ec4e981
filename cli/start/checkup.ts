import { constants } from 'node:fs'
import { access, realpath, statfs } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { limits } from '#config/limits.ts'
import { Fault } from '#core/errors/fault.ts'
import { findBinaries } from '#prisma/embedded/binaries.ts'
import { findEmbedded } from '#prisma/embedded/server.ts'
import { checkReach, knownServerUser } from '#prisma/embedded/server-user.ts'
import { checkGeneratedClient } from '#prisma/generated-client.ts'
import { checkServer, readServer } from '#prisma/server-check.ts'
import type { ServerFacts } from '#prisma/server-check.ts'
import { findSecretsKey } from '#prisma/store/secrets-key.ts'
import { lookAtRedis } from '#workers/effects/redis-look.ts'
import { version } from '../version.ts'
import type { StartOptions } from './options.ts'
import { checkPort } from './port.ts'

/** What one look found: all is well, or what is wrong and what to do about it. */
export interface Finding {
  readonly name: string
  readonly ok: boolean
  readonly says: string
  readonly remedy?: string
}

/** Looks at everything a hub with these options depends on; starts and changes nothing. */
export async function examine(options: StartOptions): Promise<Finding[]> {
  const directory = resolve(options.dataDirectory)
  const embedded = options.databaseUrl === undefined
  const findings = [
    await look('crossdock', async () => version()),
    await look('node', async () => checkNode(process.versions.node)),
    await look('database client', async () => {
      await checkGeneratedClient()
      return 'prisma/generated is there'
    }),
    ...(embedded ? [await look('embedded PostgreSQL', checkBinaries)] : []),
    await look('data directory', () => checkDirectory(directory, embedded)),
    await look('disk', () => checkDisk(directory)),
    await look('secrets key', () => checkSecrets(directory, options.secretsKey)),
    await look('port', () => checkDoor(options.host, options.port)),
  ]
  const { redisUrl } = options
  if (redisUrl !== undefined) {
    findings.push(await look('redis', () => lookAtRedis(redisUrl, limits.doctor.answerTimeoutMs)))
  }
  return [...findings, ...(await examineDatabase(options.databaseUrl, directory))]
}

/** What throws a Fault is wrong; anything else is a fault of ours and goes up. */
async function look(name: string, at: () => Promise<string>): Promise<Finding> {
  try {
    return { name, ok: true, says: await at() }
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    const { says, remedy } = error.view()
    return { name, ok: false, says, remedy }
  }
}

const oldestNode = 24

export function checkNode(running: string): string {
  if (Number.parseInt(running, 10) < oldestNode) {
    throw new Fault('NODE_TOO_OLD', { version: running, least: oldestNode })
  }
  return running
}

async function checkBinaries(): Promise<string> {
  const { version: found } = await findBinaries()
  const user = await knownServerUser()
  return user === undefined ? found : `${found}, runs as the user ${user.name}`
}

async function checkDirectory(directory: string, embedded: boolean): Promise<string> {
  const existing = await nearest(directory)
  try {
    // With the slash, a file in its place is none.
    await access(`${existing}/`, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (error) {
    const because = error instanceof Error ? error.message : String(error)
    throw new Fault('DATA_DIRECTORY_UNUSABLE', { directory, because })
  }
  const user = embedded ? await knownServerUser() : undefined
  if (user !== undefined) await checkReach(existing, user)
  return existing === directory ? directory : `${directory} is yet to be made, by start`
}

/** The directory itself, or the first above it that exists. */
async function nearest(directory: string): Promise<string> {
  const found = await realpath(directory).catch(() => undefined)
  return found === undefined ? await nearest(dirname(directory)) : directory
}

async function checkDisk(directory: string): Promise<string> {
  const { bavail, bsize } = await statfs(await nearest(directory))
  const freeBytes = bavail * bsize
  const leastBytes = limits.api.diskFreeBytesMin
  const inMb = (bytes: number) => Math.floor(bytes / 1_000_000)
  if (freeBytes < leastBytes) {
    const [freeMb, leastMb] = [inMb(freeBytes), inMb(leastBytes)]
    throw new Fault('DISK_NEARLY_FULL', { directory, freeMb, leastMb })
  }
  return `${inMb(freeBytes)} MB free`
}

async function checkSecrets(directory: string, given: string | undefined): Promise<string> {
  const key = await findSecretsKey(directory, given)
  if (key === undefined) return 'yet to be made, by start'
  return given === undefined ? 'secrets.key is there, for its owner alone' : 'CROSSDOCK_SECRETS_KEY'
}

/** A port that is taken by a hub is as it should be. */
async function checkDoor(host: string, port: number): Promise<string> {
  try {
    await checkPort(host, port)
    return `${port} on ${host} is free`
  } catch (error) {
    if (!(await hubAnswers(host, port))) throw error
    return `a hub answers at ${host} port ${port}`
  }
}

async function hubAnswers(host: string, port: number): Promise<boolean> {
  try {
    const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}/health/live`
    const answer = await fetch(url, { signal: AbortSignal.timeout(limits.doctor.answerTimeoutMs) })
    return answer.ok
  } catch {
    return false
  }
}

async function examineDatabase(given: string | undefined, directory: string): Promise<Finding[]> {
  const url = given ?? (await findEmbedded(directory).catch(() => undefined))
  if (url === undefined) {
    return [{ name: 'database', ok: true, says: 'the embedded one is down; start brings it up' }]
  }
  let server: ServerFacts | undefined
  let askedMs = 0
  const reached = await look('database', async () => {
    const beganMs = Date.now()
    server = await readServer(url, limits.store.connectTimeoutMs)
    askedMs = (beganMs + Date.now()) / 2
    return `PostgreSQL ${server.version} answers`
  })
  if (server === undefined) return [reached]
  const facts = server
  return [
    reached,
    await look('durability', async () => {
      checkServer(facts)
      return 'what it calls committed is on disk'
    }),
    await look('clock', async () => checkClock(facts.nowMs - askedMs)),
  ]
}

export function checkClock(skewMs: number): string {
  const seconds = (Math.abs(skewMs) / 1000).toFixed(1)
  if (Math.abs(skewMs) > limits.doctor.clockSkewMaxMs) throw new Fault('CLOCK_SKEWED', { seconds })
  return `database and hub are ${seconds} s apart`
}
