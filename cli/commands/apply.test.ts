import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { listen } from '#api/server.ts'
import { startTestApi } from '#test/support/api.ts'
import type { TestApi } from '#test/support/api.ts'

const root = join(import.meta.dirname, '../..')
const example = join(root, 'docs/examples/acme.yaml')

let api: TestApi
let url: string
let folder: string
beforeAll(async () => {
  api = await startTestApi()
  url = (await listen(api.app, { host: '127.0.0.1', port: 0 })).url
  folder = mkdtempSync(join(tmpdir(), 'crossdock-apply-'))
})
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await api.stop()
})

interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** As a shell would, while the API of this process answers. */
async function apply(args: readonly string[], env: Record<string, string> = {}): Promise<Ran> {
  return crossdock(['apply', ...args], env)
}

async function crossdock(
  args: readonly string[], env: Record<string, string> = {},
): Promise<Ran> {
  const options = {
    env: { ...process.env, CROSSDOCK_HUB_URL: url, CROSSDOCK_ADMIN_KEY: api.adminKey, ...env },
  }
  return new Promise((resolve) => {
    execFile(join(root, 'crossdock'), [...args], options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr })
    })
  })
}

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const secrets = { ACME_TOKEN: 'token-of-acme', TRYTON_PASSWORD: 'password-of-tryton' }

test('the example: told, applied, and then there is nothing to change', async () => {
  const dry = await apply([example, '--dry-run'], secrets)
  expect(dry.stderr).toBe('')
  expect(dry.stdout).toContain('+ partner Acme Retail\n')
  expect(dry.stdout).toMatch(/\n\d+ changes to be made\.\n$/)
  const made = await apply([example], secrets)
  expect(made).toMatchObject({ code: 0, stdout: dry.stdout.replace('to be made', 'made') })
  expect(made.stdout).not.toContain(secrets.ACME_TOKEN)
  expect(await apply([example], secrets)).toEqual({
    code: 0, stdout: 'Nothing to change.\n', stderr: '',
  })
})

test('several files and documents are one configuration; problems name file and line', async () => {
  const one = file('one.yaml', `partners:
  - name: Borealis
---
partners:
  - name: Cygnus
    identifiers:
      - { scheme: ZZ, value: CYGNUS, owner: Nobody }
`)
  const two = file('two.yaml', `# endpoints
endpoints:
  - stream: live
    name: cygnus
    connector: mailbox
    partner: Cygnus
  - stream: live
    name: borealis
    connector: fax
`)
  const { code, stdout } = await apply([one, two, '--json'])
  expect(code).toBe(1)
  expect(JSON.parse(stdout)).toMatchObject({ problems: [
    { file: one, line: 7, field: 'partners[1].identifiers[1].owner' },
    { file: two, line: 9, field: 'endpoints[2].connector', code: 'CONFIGURATION_NAME_UNKNOWN' },
  ] })
  const text = await apply([one, two])
  expect(text.stdout).toContain(`${two}:9  endpoints[2].connector\n`)
})

test.each([
  ['no YAML', 'partners: [', 1, 'CONFIGURATION_FILE_UNREADABLE'],
  ['a list', '- partners', 1, 'CONFIGURATION_FILE_UNREADABLE'],
  ['an unknown list', '\npartner: []', 2, 'CONFIGURATION_FILE_UNREADABLE'],
  ['no list', 'partners: { name: X }', 1, 'CONFIGURATION_FILE_UNREADABLE'],
  ['a plain secret', `endpoints:
  - { stream: test, name: x, connector: http, secrets: { token: hush } }`, 2,
    'CONFIGURATION_SECRET_PLAIN'],
  ['a variable that is not set', `endpoints:
  - { stream: test, name: x, connector: http, secrets: { token: { env: NOT_SET_XYZ } } }`, 2,
    'CONFIGURATION_SECRET_MISSING'],
  ['a file that is not there', `endpoints:
  - { stream: test, name: x, connector: http, secrets: { token: { file: /none } } }`, 2,
    'CONFIGURATION_SECRET_MISSING'],
])('refuses %s', async (_name, text, line, code) => {
  const path = file('bad.yaml', text)
  const ran = await apply([path, '--json'])
  expect(ran.code).toBe(1)
  const { problems } = JSON.parse(ran.stdout) as { problems: object[] }
  expect(problems[0]).toMatchObject({ file: path, line, code })
  expect(ran.stdout).not.toContain('hush')
})

test('a problem of a table in a file of its own is told there', async () => {
  const csv = file('sizes.csv', 'key,size\nS,small\nM,"med\nium"\nS,again\n')
  const path = file('tables.yaml', `crossReferences:
  - { partner: Acme Retail, stream: live, table: sizes, file: sizes.csv }
`)
  const twice = await apply([path, '--json'])
  expect(JSON.parse(twice.stdout)).toMatchObject({ problems: [
    { file: csv, line: 5, field: '', code: 'CONFIGURATION_TWICE' },
  ] })
  file('sizes.csv', 'key,size\nS\n')
  const short = await apply([path])
  expect(short.stdout).toContain(`${csv}:2  \n  CROSS_REFERENCE_CSV: `)
  writeFileSync(csv, Buffer.from('key,size\nS,gro\xdf\n', 'latin1'))
  expect((await apply([path])).stdout).toContain(`${csv}:2  \n  CROSS_REFERENCE_CSV: `)
  rmSync(csv)
  const gone = await apply([path])
  expect(gone.code).toBe(1)
  expect(gone.stdout).toContain(`${path}:2  crossReferences[1].file\n`)
  writeFileSync(path, Buffer.from('# Gr\xfc\xdfe', 'latin1'))
  expect(await apply([path])).toMatchObject({ code: 2 })
})

test('a hub that is not there, a key that is none, no file', async () => {
  const away = await apply([example, '--url', 'http://127.0.0.1:1'], secrets)
  expect(away.code).toBe(1)
  expect(away.stderr).toContain('HUB_NOT_REACHED')
  const stranger = await apply([example], { ...secrets, CROSSDOCK_ADMIN_KEY: 'none' })
  expect(stranger.stderr).toContain('401')
  expect((await apply([])).code).toBe(2)
  expect((await apply([join(folder, 'none.yaml')])).code).toBe(2)
})

test('a table of the example goes out as CSV, in again, and tells a bad line', async () => {
  const named = ['Acme Retail', 'items']
  const out = await crossdock(['xref', 'export', ...named])
  expect(out).toEqual({
    code: 0, stderr: '', stdout: 'key,product,valid_from,valid_to\nVP:NW-100,NW-100,,\n',
  })
  const csv = file('items.csv', `${out.stdout}VP:NW-200,NW-200,2027-01-01,\n`)
  const dry = await crossdock(['xref', 'import', ...named, csv, '--dry-run'])
  expect(dry.stdout).toBe('1 change to be made.\n')
  expect((await crossdock(['xref', 'import', ...named, csv])).stdout).toBe('1 change made.\n')
  expect((await crossdock(['xref', 'import', ...named, csv])).stdout).toBe('Nothing to change.\n')
  const bad = await crossdock(['xref', 'import', ...named, file('bad.csv', 'key,product\n,x\n')])
  expect(bad).toMatchObject({ code: 1 })
  expect(bad.stdout).toMatch(/bad\.csv:2\n {2}CROSS_REFERENCE_CSV: /)
  expect((await crossdock(['xref', 'export', 'Nobody', 'items'])).stderr).toContain('404')
})
