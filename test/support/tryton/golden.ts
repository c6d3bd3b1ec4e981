import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { isAlive } from '../alive.ts'
import { shared } from '../shared.ts'

const run = promisify(execFile)
const here = import.meta.dirname

export const database = 'hub'
/** Of the user `admin`. */
export const password = 'admin-pass'

/** What the company of the tests needs; the rest of the modules they bring along. */
const modules = [
  'sale', 'purchase', 'stock', 'account_invoice_stock', 'stock_supply', 'sale_supply',
  'purchase_request', 'account_payment_sepa', 'stock_package',
]

/** Building takes up to two minutes on a busy machine; whoever waits for it waits longer. */
const buildMinutesMax = 8

/**
 * The database file every Tryton of the tests begins from, built once per machine and version of
 * what builds it.
 */
export async function goldenCopy(): Promise<string> {
  const folder = join(tmpdir(), `crossdock-tryton-${recipeVersion()}`)
  const file = join(folder, `${database}.sqlite`)
  await mkdir(folder, { recursive: true })
  for (let waits = 0; waits < buildMinutesMax * 60; waits++) {
    if (existsSync(file)) return file
    if (await isBuilder(folder)) {
      await build(file).finally(() => rm(lockOf(folder), { recursive: true }))
      return file
    }
    await sleep(1_000)
  }
  throw new Error(`nobody built the database of ${folder} in ${buildMinutesMax} minutes`)
}

/** Files of the folder in which one Tryton runs, with the port filled in. */
export async function layOut(folder: string, port: number): Promise<string> {
  await mkdir(join(folder, 'db'), { recursive: true })
  for (const name of ['trytond.conf', 'passlib.ini']) {
    const text = await readFile(join(here, name), 'utf8')
    const filled = text.replaceAll('@PORT@', String(port)).replaceAll('@FOLDER@', folder)
    await writeFile(join(folder, name), filled)
  }
  return join(folder, 'trytond.conf')
}

function recipeVersion(): string {
  const files = [
    join(here, 'trytond.conf'), join(here, 'passlib.ini'), join(here, 'goods.py'),
    shared('tryton/setup.py'),
  ]
  const hash = createHash('sha256').update(modules.join())
  for (const file of files) hash.update(readFileSync(file))
  return hash.digest('hex').slice(0, 12)
}

/** One process alone makes the lock; that of a process which ended is taken away. */
async function isBuilder(folder: string): Promise<boolean> {
  const lock = lockOf(folder)
  const first = await mkdir(lock).then(() => true, () => false)
  if (first) {
    await writeFile(join(lock, 'pid'), String(process.pid))
    return true
  }
  const pid = Number(await readFile(join(lock, 'pid'), 'utf8').catch(() => '0'))
  if (pid > 0 && !isAlive(pid)) await rm(lock, { recursive: true, force: true })
  return false
}

function lockOf(folder: string): string {
  return join(folder, 'building')
}

/** Builds aside and moves the finished file, so that a half-built one is never taken. */
async function build(file: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'crossdock-tryton-build-'))
  try {
    const config = await layOut(folder, 0)
    const built = join(folder, 'db', `${database}.sqlite`)
    await writeFile(built, '')
    await writeFile(join(folder, 'password'), `${password}\n`)
    const environment = {
      ...process.env,
      TRYTONPASSFILE: join(folder, 'password'),
      TRYTOND_CONFIG: config,
      DB_NAME: database,
    }
    const admin = ['-c', config, '-d', database]
    await run('trytond-admin', [...admin, '--all', '--email', 'admin@example.com'], {
      env: environment,
    })
    await run('trytond-admin', [...admin, '-u', ...modules, '--activate-dependencies'], {
      env: environment,
    })
    // Tryton's modules are Debian's, and so is the Python they are for.
    for (const script of [shared('tryton/setup.py'), join(here, 'goods.py')]) {
      await run('/usr/bin/python3', [script], { env: environment })
    }
    await rename(built, file)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
