import { parseArgs } from 'node:util'
import { parsePort, readEnvironment } from '#config/env.ts'
import type { Environment } from '#config/env.ts'

/** What a hub is started with: flags before environment before defaults. */
export interface StartOptions extends Environment {
  readonly host: string
  readonly port: number
  readonly dataDirectory: string
  /** Always on the embedded database; on a DATABASE_URL only where it is asked for. */
  readonly sandbox: boolean
}

const defaultPort = 8080
const defaultHost = '127.0.0.1'
export const defaultDataDirectory = 'data'

/** Throws SETTING_INVALID, or what parseArgs throws for a flag it does not know. */
export function readStartOptions(
  args: readonly string[],
  environment: Environment = readEnvironment(),
): StartOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string' },
      host: { type: 'string', default: defaultHost },
      data: { type: 'string' },
      sandbox: { type: 'boolean', default: false },
      hub: { type: 'string' },
    },
  })
  const port = values.port === undefined ? environment.port : parsePort(values.port, '--port')
  return {
    ...environment,
    host: values.host,
    port: port ?? defaultPort,
    hubUrl: values.hub ?? environment.hubUrl,
    dataDirectory: values.data ?? environment.dataDirectory ?? defaultDataDirectory,
    sandbox: values.sandbox || environment.databaseUrl === undefined,
  }
}
