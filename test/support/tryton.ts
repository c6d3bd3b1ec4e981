import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { copyFile, mkdtemp, open, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, test } from 'vitest'
import { freePort } from './free-port.ts'
import { shared } from './shared.ts'
import { Clerk } from './tryton/clerk.ts'
import { database, goldenCopy, layOut, password } from './tryton/golden.ts'

/**
 * A real Tryton with the company of ../shared/tryton and goods on stock: products `WID-01`…`WID-03`
 * (1.25, 2.25, 3.25), `TAX-01` (19.99, 7.25 % tax), `BULK-01` (4.5 a kilogram), parties `BUYER-01`,
 * `STORE-14`, `SUPP-01`, and `NOWHERE-01` without an address.
 */
export interface TestTryton {
  /** Of the endpoint. It is on this machine, so it is allowed by name. */
  readonly settings: Readonly<Record<'url' | 'database' | 'user', string>> & {
    readonly allowedHosts: readonly string[]
  }
  readonly secrets: { readonly password: string }
  /** Acts as somebody of the supplier's at the Tryton client would. */
  readonly clerk: Clerk
  /** Ends the process at once, as a power cut would; what was committed stays. */
  kill(): Promise<void>
  /** Starts it again, where it was and with what it had. */
  restart(): Promise<void>
  /** Ends it and takes its files away. */
  stop(): Promise<void>
}

/** For `beforeAll`: the first run on a machine builds the database. */
export const trytonStartTimeoutMs = 600_000

/** Seconds it may take to answer, on a busy machine. */
const startSecondsMax = 120

export async function startTryton(): Promise<TestTryton> {
  const golden = await goldenCopy()
  const folder = await mkdtemp(join(tmpdir(), 'crossdock-tryton-run-'))
  const port = await freePort()
  const config = await layOut(folder, port)
  await copyFile(golden, join(folder, 'db', `${database}.sqlite`))
  const url = `http://127.0.0.1:${port}`
  const log = join(folder, 'trytond.log')
  let child = await launch(config, log, url)
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.stdin?.end()
    await ended
  }
  return {
    settings: { url, database, user: 'admin', allowedHosts: ['127.0.0.1'] },
    secrets: { password },
    clerk: new Clerk(`${url}/${database}/`, 'admin', password),
    kill,
    restart: async () => {
      await kill()
      child = await launch(config, log, url)
    },
    stop: async () => {
      await kill()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/**
 * `describe` for tests with a real Tryton. Where it is not installed they are skipped and say so;
 * with CROSSDOCK_REQUIRE_ALL=1, as in `.ci/run`, its absence is a failure.
 */
export function describeWithTryton(name: string, body: () => void): void {
  const lacks = whatIsLacking()
  if (lacks === undefined) {
    describe(name, body)
  } else if (process.env.CROSSDOCK_REQUIRE_ALL === '1') {
    test(name, () => {
      throw new Error(`CROSSDOCK_REQUIRE_ALL=1 but ${lacks}.`)
    })
  } else {
    test.skip(`${name} (skipped: ${lacks})`)
  }
}

function whatIsLacking(): string | undefined {
  if (!existsSync(shared('tryton/setup.py'))) return 'the shared folder is absent'
  const found = spawnSync('trytond', ['--version'], { stdio: 'ignore' }).status === 0
  if (!found) return 'Tryton is not installed; .ci/run names its Debian packages'
  const modules = 'import proteus, trytond.modules.stock_package'
  const { status } = spawnSync('/usr/bin/python3', ['-c', modules])
  return status === 0 ? undefined : 'a module of Tryton is not installed; see .ci/run'
}

/**
 * Runs the server until standard input ends, then kills it at once: so it dies with the test,
 * however that ends, and nothing but its own number is ever killed.
 */
const keeper = `
exec 3<&0
trytond -c "$1" -d "$2" 3<&- &
server=$!
{ cat <&3 >/dev/null; kill -9 "$server" 2>/dev/null; } &
exec 3<&-
wait "$server"
`

/** Resolves when it answers; rejects with the end of its log where it does not. */
async function launch(config: string, log: string, url: string): Promise<ChildProcess> {
  const output = await open(log, 'a')
  const child = spawn('sh', ['-c', keeper, 'keeper', config, database], {
    stdio: ['pipe', output.fd, output.fd],
  })
  await output.close()
  for (let waits = 0; waits < startSecondsMax * 10 && child.exitCode === null; waits++) {
    if (await answers(url)) return child
    await sleep(100)
  }
  child.stdin?.end()
  const said = await readFile(log, 'utf8')
  throw new Error(`Tryton did not come up: ${said.slice(-2_000)}`)
}

async function answers(url: string): Promise<boolean> {
  const body = JSON.stringify({ id: 1, method: 'common.server.version', params: [] })
  const headers = { 'content-type': 'application/json' }
  const asked = fetch(url, { method: 'POST', headers, body })
  return await asked.then(({ ok }) => ok, () => false)
}
