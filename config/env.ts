import { Fault } from '#core/errors/fault.ts'

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

/** What the environment says. A variable that is empty counts as not set. */
export interface Environment {
  /** PORT */
  readonly port: number | undefined
  /** CROSSDOCK_DATA: where the embedded database and the secrets key live. */
  readonly dataDirectory: string | undefined
  /** DATABASE_URL: a PostgreSQL server in place of the embedded one. */
  readonly databaseUrl: string | undefined
  /** REDIS_URL: the doorbell of several processes. */
  readonly redisUrl: string | undefined
  /** CROSSDOCK_HUB_URL: where a worker of its own, or a command, finds the hub's API. */
  readonly hubUrl: string | undefined
  /** CROSSDOCK_ADMIN_KEY: presets the admin key. */
  readonly adminKey: string | undefined
  /** CROSSDOCK_SECRETS_KEY: base64 or hex of the 32 bytes that seal secrets. */
  readonly secretsKey: string | undefined
  /** LOG_LEVEL */
  readonly logLevel: LogLevel
}

/** The only reader of process.env, beside readVariable. Throws SETTING_INVALID. */
export function readEnvironment(variables: NodeJS.ProcessEnv = process.env): Environment {
  const text = (name: string): string | undefined => variables[name] || undefined
  const port = text('PORT')
  const hubUrl = text('CROSSDOCK_HUB_URL')
  return {
    port: port === undefined ? undefined : parsePort(port, 'PORT'),
    dataDirectory: text('CROSSDOCK_DATA'),
    databaseUrl: checkUrl(text('DATABASE_URL'), databaseShape),
    redisUrl: checkUrl(text('REDIS_URL'), redisShape),
    hubUrl: hubUrl === undefined ? undefined : checkHubUrl(hubUrl, hubShape.name),
    adminKey: text('CROSSDOCK_ADMIN_KEY'),
    secretsKey: text('CROSSDOCK_SECRETS_KEY'),
    logLevel: parseLogLevel(text('LOG_LEVEL') ?? 'info'),
  }
}

/**
 * The address of a hub's API, without a slash at its end: paths follow it. `name` is where it comes
 * from. Throws SETTING_INVALID.
 */
export function checkHubUrl(text: string, name: string): string {
  const url = checkUrl(text, { ...hubShape, name })
  return (url ?? text).replace(/\/+$/, '')
}

/** A variable that a person names, such as the one that holds a secret of theirs. */
export function readVariable(name: string): string | undefined {
  return process.env[name] || undefined
}

/** 0 asks the system for any free port. */
export function parsePort(text: string, name: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN
  if (port <= 65_535) return port
  throw new Fault('SETTING_INVALID', { name, expected: 'a port, 0 to 65535' })
}

function parseLogLevel(text: string): LogLevel {
  const level = logLevels.find((one) => one === text)
  if (level !== undefined) return level
  const expected = `one of ${logLevels.join(', ')}`
  throw new Fault('SETTING_INVALID', { name: 'LOG_LEVEL', expected })
}

interface UrlShape {
  readonly name: string
  readonly protocols: readonly string[]
  readonly example: string
}

const databaseShape: UrlShape = {
  name: 'DATABASE_URL', protocols: ['postgres:', 'postgresql:'],
  example: 'postgresql://user:password@host:5432/database',
}
const redisShape: UrlShape = {
  name: 'REDIS_URL', protocols: ['redis:', 'rediss:'], example: 'redis://user:password@host:6379/0',
}
const hubShape: UrlShape = {
  name: 'CROSSDOCK_HUB_URL', protocols: ['http:', 'https:'], example: 'http://127.0.0.1:8080',
}

/** The value is not repeated in the Fault: it may hold a password. */
function checkUrl(text: string | undefined, shape: UrlShape): string | undefined {
  if (text === undefined) return undefined
  const { name, protocols, example } = shape
  if (protocols.includes(URL.parse(text)?.protocol ?? '')) return text
  throw new Fault('SETTING_INVALID', { name, expected: `a URL such as ${example}` })
}
