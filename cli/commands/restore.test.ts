import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { crossdock } from '#test/support/cli.ts'

const directory = mkdtempSync(join(tmpdir(), 'crossdock-restore-'))
afterAll(() => rmSync(directory, { recursive: true }))

const env = { DATABASE_URL: '', CROSSDOCK_DATA: join(directory, 'data') }

test('called wrongly, it says how', () => {
  const calls = [
    [], ['one', 'two'], ['one', '--skip-numbers', 'many'], ['one', '--skip-numbers', '-1'],
    ['one', '--skip-numbers', '1000001'], ['one', '--keys', 'x'],
  ]
  for (const args of calls) {
    const { code, stderr } = crossdock(['restore', ...args], { env })
    expect([args, code]).toEqual([args, 2])
    expect(stderr).toContain('Usage: crossdock restore FILE')
  }
  expect(crossdock(['backup'], { env })).toMatchObject({ code: 2 })
})

test('a file that is no backup is refused before anything is made', () => {
  const file = join(directory, 'order.edi')
  writeFileSync(file, 'ISA*00*          *00*')
  expect(crossdock(['restore', file], { env })).toMatchObject({
    code: 1, stderr: expect.stringMatching(/^BACKUP_FOREIGN: .*order\.edi/) as string,
  })
  expect(crossdock(['restore', '--check', join(directory, 'absent')], { env })).toMatchObject({
    code: 1, stderr: expect.stringMatching(/^BACKUP_UNREADABLE: /) as string,
  })
  expect(readdirSync(directory)).toEqual(['order.edi'])
})
