import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { crossdock } from '#test/support/cli.ts'
import manifest from '../package.json' with { type: 'json' }

const { version } = manifest

test('--help lists the commands, and help of each begins with how it is called', () => {
  const { code, stdout } = crossdock(['--help'])
  expect(code).toBe(0)
  for (const name of ['validate', 'decode', 'ack']) {
    expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'))
    expect(crossdock([name, '--help'])).toMatchObject({
      code: 0, stdout: expect.stringMatching(new RegExp(`^crossdock ${name} `)) as string,
    })
  }
  expect(crossdock(['help', 'ack'])).toEqual(crossdock(['ack', '--help']))
})

test('--version is that of the package', () => {
  expect(crossdock(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
})

test.each([
  [[], 'Name a command.'],
  [['frobnicate'], 'There is no command "frobnicate".'],
  [['validate'], 'Name a file to check.'],
  [['validate', '--frob', 'x'], "Unknown option '--frob'"],
  [['decode', 'a', 'b'], 'Name one file to decode.'],
  [['ack'], 'Name one file to answer.'],
  [['validate', 'no-such-file.edi'], 'Cannot read no-such-file.edi: there is no such file.'],
  [['decode', tmpdir()], `Cannot read ${tmpdir()}: it is a folder.`],
])('%j is wrong usage', (args, says) => {
  const { code, stdout, stderr } = crossdock(args)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain(says)
  expect(stderr).toContain('Usage: crossdock ')
})

test('the launcher finds its folder through links, from anywhere', () => {
  const folder = mkdtempSync(join(tmpdir(), 'crossdock-test-'))
  try {
    symlinkSync(join(import.meta.dirname, '..', 'crossdock'), join(folder, 'first'))
    symlinkSync('first', join(folder, 'second'))
    const link = join(folder, 'second')
    const { stdout } = spawnSync(link, ['--version'], { cwd: folder, encoding: 'utf8' })
    expect(stdout).toBe(`${version}\n`)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
