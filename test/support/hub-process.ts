import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

const repository = join(import.meta.dirname, '..', '..')

/** A hub as its own process, from the launcher on, as a person starts it. */
export interface HubProcess {
  readonly child: ChildProcess
  readonly url: string
  /** All of standard output so far: the key, the banner. */
  readonly said: () => string
  /** JSON logs so far, and faults in plain words. */
  readonly logged: () => string
}

export interface HubFlags {
  readonly directory: string
  readonly port?: number
  readonly environment?: Readonly<Record<string, string>>
  /** How it is called; `npm start --` goes through npm. */
  readonly by?: 'launcher' | 'npm'
}

/** Resolves when the hub says that it is up; rejects with what it said when it ends before. */
export async function startHubProcess(flags: HubFlags): Promise<HubProcess> {
  const { child, said, logged } = spawnHub(flags)
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the hub ended with ${code}: ${said()}${logged()}`)
  })
  ended.catch(() => undefined)
  const up = new Promise<string>((resolve) => {
    child.stdout.on('data', () => {
      const url = /is up at (\S+)/.exec(said())?.[1]
      if (url !== undefined) resolve(url)
    })
  })
  return { child, said, logged, url: await Promise.race([up, ended]) }
}

/** Runs a hub that is expected to refuse; answers its exit code and what it said. */
export async function refusedHub(flags: HubFlags): Promise<{ code: number | null; says: string }> {
  const { child, said, logged } = spawnHub(flags)
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, says: said() + logged() }
}

function spawnHub({ directory, port = 0, environment = {}, by = 'launcher' }: HubFlags) {
  const flags = ['--port', String(port), '--data', directory]
  const [command, args] = by === 'npm'
    ? ['npm', ['start', '--', ...flags]] as const
    : [join(repository, 'crossdock'), ['start', ...flags]] as const
  const child = spawn(command, args, {
    cwd: repository,
    env: { ...process.env, DATABASE_URL: '', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  return { child, said: collect(child.stdout), logged: collect(child.stderr) }
}

function collect(stream: NodeJS.ReadableStream): () => string {
  let text = ''
  stream.on('data', (chunk: Buffer) => { text += chunk.toString() })
  return () => text
}
