import { execFile } from 'node:child_process'
import { chmod, cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { orderMessage } from '#test/support/edi.ts'
import { TestHub } from '#test/support/hub.ts'

/** Taken of a hub under load, restored elsewhere, while the old hub goes on and then dies. */
let directory: string
let file: string
let keyFile: string
let hub: TestHub
let restored: TestHub | undefined

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'crossdock-backup-'))
  await chmod(directory, 0o711)
  file = join(directory, 'one.backup')
  keyFile = join(directory, 'kept.key')
  hub = await TestHub.start()
})
afterAll(async () => {
  await hub.remove()
  await restored?.remove()
  await rm(directory, { recursive: true, force: true })
})

test('a backup of a hub under load goes on elsewhere with the next control number', async () => {
  const load = startLoad()
  await load.until(40)
  const before = load.answered()
  const taken = await run(['backup', file, '--data', hub.dataDirectory, '--json'])
  expect(taken).toMatchObject({ code: 0, stderr: '' })
  expect(JSON.parse(taken.stdout)).toMatchObject({
    file, rows: expect.any(Number) as number, keyIds: [expect.stringMatching(/^[0-9a-f]{16}$/)],
  })
  await load.until(before.length + 20)
  await load.stop()
  await cp(join(hub.dataDirectory, 'secrets.key'), keyFile)
  await hub.kill()

  const home = await elsewhere()
  restored = await TestHub.over(home)
  for (const id of before) await restored.settled(id)
  await untilQuiet(restored)
  const counted = await numbersOf(restored)
  expect(counted.length).toBeGreaterThanOrEqual(before.length)
  expect(counted).toEqual(counted.map((_, index) => index + 1))

  const message = await restored.run(orderMessage(900_000, 'AFTER-RESTORE'))
  expect(message).toMatchObject({
    status: 'processed', deliveries: [{ status: 'delivered' }, { status: 'delivered' }],
  })
  const answer = await restored.content(message.acknowledgements[0]!.messageId!)
  expect(Number(answer.split('*')[13])).toBe(counted.length + 1)
  // Its endpoint's secret was sealed by the old hub.
  expect(await restored.sales('AFTER-RESTORE')).toHaveLength(1)
  expect(await restored.query('SELECT code FROM parked')).toEqual([])
  const twice = await restored.query(
    'SELECT reference FROM sandbox_sales GROUP BY reference HAVING count(*) > 1')
  expect(twice).toEqual([])
})

/** Restores as a person does who first forgets the key. Answers the new data directory. */
async function elsewhere(): Promise<string> {
  const home = join(await mkdtemp(join(directory, 'home-')), 'data')
  await chmod(join(home, '..'), 0o711)
  const check = await run(['restore', '--check', file])
  expect(check).toMatchObject({ code: 0, stdout: expect.stringContaining('is whole') as string })
  const keyless = await run(['restore', file, '--data', home])
  expect(keyless.code).toBe(1)
  expect(keyless.stderr).toContain('BACKUP_KEY_MISSING')
  expect(await readdir(join(home, '..'))).toEqual([])
  const done = await run(['restore', file, '--data', home, '--key', keyFile])
  expect(done).toMatchObject({ code: 0, stderr: '' })
  expect(await readFile(join(home, 'secrets.key'))).toEqual(await readFile(keyFile))
  const again = await run(['restore', file, '--data', home])
  expect(again.stderr).toContain('RESTORE_NOT_EMPTY')
  return home
}

test('a hub that is down is backed up too, and stays down', async () => {
  const down = restored!
  await down.stop()
  const second = join(directory, 'two.backup')
  const taken = await run(['backup', second, '--data', down.dataDirectory])
  expect(taken).toMatchObject({ code: 0, stdout: expect.stringContaining('Keep a copy') as string })
  await expect(down.query('SELECT 1')).rejects.toThrow()
  const nothing = await run(['backup', second, '--data', join(directory, 'nowhere')])
  expect(nothing.stderr).toContain('BACKUP_NOTHING')
  expect(await readdir(directory)).not.toContain('nowhere')
})

/** Four senders, each posting its next order once the one before is answered. */
function startLoad() {
  const answered: string[] = []
  let stopping = false
  let control = 0
  const send = async (): Promise<void> => {
    while (!stopping) {
      control++
      const id = await hub.post(orderMessage(control, `LOAD-${control}`))
      for (let waits = 0; (await hub.message(id)).acknowledgements.length === 0; waits++) {
        if (waits === 600) throw new Error(`${id} is not answered`)
        await sleep(25)
      }
      answered.push(id)
    }
  }
  const senders = [send(), send(), send(), send()]
  return {
    answered: () => [...answered],
    async until(count: number): Promise<void> {
      const waiting = async () => {
        while (answered.length < count) await sleep(25)
      }
      await Promise.race([waiting(), Promise.all(senders)])
    },
    async stop(): Promise<void> {
      stopping = true
      await Promise.all(senders)
    },
  }
}

/** ISA13 of all that went out, ascending. */
async function numbersOf(one: TestHub): Promise<readonly number[]> {
  const rows = await one.query<{ number: number }>(`
    SELECT substr(convert_from(body, 'LATIN1'), 91, 9)::int AS number FROM messages
    WHERE direction = 'out' AND standard = 'x12' ORDER BY 1`)
  return rows.map(({ number }) => number)
}

async function untilQuiet(one: TestHub): Promise<void> {
  for (let waits = 0; waits < 600; waits++) {
    const [work] = await one.query<{ open: string }>(`
      SELECT (SELECT count(*) FROM message_work) + (SELECT count(*) FROM outgoing_work)
        + (SELECT count(*) FROM delivery_work) AS open`)
    if (work?.open === '0') return
    await sleep(100)
  }
  throw new Error('work is left after a minute')
}

interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Not as the other tests call it: the load goes on meanwhile. */
async function run(args: readonly string[]): Promise<Ran> {
  const launcher = join(import.meta.dirname, '../../crossdock')
  const env = { ...process.env, DATABASE_URL: '', CROSSDOCK_SECRETS_KEY: '' }
  return await new Promise((resolve) => {
    execFile(launcher, args, { env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr })
    })
  })
}
