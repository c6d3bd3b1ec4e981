import { parseArgs } from 'node:util'
import { checkHubUrl, parsePort, readEnvironment } from '#config/env.ts'
import type { Environment } from '#config/env.ts'
import { UsageError } from '../command.ts'

/** What a hub, or a part of it, is started with: flags before environment before defaults. */
export interface StartOptions extends Environment {
  readonly host: string
  readonly port: number
  /** Where a worker tells how it does; nowhere where it is not given. */
  readonly healthPort?: number | undefined
  readonly dataDirectory: string
  /** Always on the embedded database; on a DATABASE_URL only where it is asked for. */
  readonly sandbox: boolean
}

const defaultPort = 8080
const defaultHost = '127.0.0.1'
export const defaultDataDirectory = 'data'

const flags = {
  port: { type: 'string' },
  host: { type: 'string' },
  data: { type: 'string' },
  sandbox: { type: 'boolean' },
  hub: { type: 'string' },
  'health-port': { type: 'string' },
} as const
export type Flag = keyof typeof flags

/** Those of what has an API. */
export const doorFlags: readonly Flag[] = ['port', 'host', 'data', 'sandbox']
export const workerFlags: readonly Flag[] = ['hub', 'host', 'health-port', 'data']

/**
 * @param taken the flags this command takes.
 * Throws SETTING_INVALID, UsageError, or what parseArgs throws for a flag nobody knows.
 */
export function readStartOptions(
  args: readonly string[],
  environment: Environment = readEnvironment(),
  taken: readonly Flag[] = doorFlags,
): StartOptions {
  const { values } = parseArgs({ args: [...args], options: flags })
  const strange = Object.keys(values).find((flag) => !taken.some((one) => one === flag))
  if (strange !== undefined) throw new UsageError(`--${strange} is for another command.`)
  const { port, host, data, sandbox, hub, 'health-port': healthPort } = values
  return {
    ...environment,
    host: host ?? defaultHost,
    port: port === undefined ? environment.port ?? defaultPort : parsePort(port, '--port'),
    healthPort: healthPort === undefined ? undefined : parsePort(healthPort, '--health-port'),
    hubUrl: hub === undefined ? environment.hubUrl : checkHubUrl(hub, '--hub'),
    dataDirectory: data ?? environment.dataDirectory ?? defaultDataDirectory,
    sandbox: sandbox === true || environment.databaseUrl === undefined,
  }
}
