import { join } from 'node:path'
import { ESLint } from 'eslint'
import tseslint from 'typescript-eslint'
import { expect, test } from 'vitest'

/** Without types: the snippets are no files of the project, and these rules need none. */
const eslint = new ESLint({
  cwd: join(import.meta.dirname, '..'),
  overrideConfig: [
    tseslint.configs.disableTypeChecked,
    { languageOptions: { parserOptions: { projectService: false } } },
  ],
})

async function rulesBroken(file: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(code, { filePath: file })
  return (result?.messages ?? []).map(({ ruleId, message }) => ruleId ?? message)
}

test.each([
  ['core/a.ts', 'export const now = Date.now()', 'no-restricted-properties'],
  ['workers/jobs/a/perform.ts', 'export const now = Date.now()', 'no-restricted-properties'],
  ['api/a.ts', 'export const now = new Date()', 'no-restricted-syntax'],
  ['prisma/store/a.ts', 'export const now = Date()', 'no-restricted-syntax'],
  ['core/a.ts', 'export const started = performance.now()', 'no-restricted-globals'],
  ['core/a.ts', 'export const dice = Math.random()', 'no-restricted-properties'],
  ['workers/a.ts', "export const page = fetch('http://localhost')", 'no-restricted-globals'],
  ['api/a.ts', "export const page = globalThis.fetch('x')", 'no-restricted-properties'],
  ['prisma/store/a.ts', 'export const home = process.env.HOME', 'no-restricted-globals'],
  ['workers/a.ts', "export * from 'node:process'", 'no-restricted-imports'],
  ['api/a.ts', "import { request } from 'node:http'\nrequest('x')", 'no-restricted-imports'],
  ['cli/a.ts', 'export const home = process.env.HOME', 'no-restricted-properties'],
  ['workers/effects/a.ts', 'export const home = process.env.HOME', 'no-restricted-properties'],
  ['config/limits.ts', 'export const home = process.env.HOME', 'no-restricted-properties'],
  ['api/a.ts', "console.log('x')", 'no-restricted-globals'],
  ['core/a.ts', 'setTimeout(() => 1, 5)', 'no-restricted-globals'],
  ['connectors/acme/a.ts', 'export const id = crypto.randomUUID()', 'no-restricted-globals'],
  ['core/a.ts', 'export const x: any = 1', '@typescript-eslint/no-explicit-any'],
  ['core/a.ts', 'export const x = [1].at(0)!', '@typescript-eslint/no-non-null-assertion'],
])('in %s: %s', async (file, code, rule) => {
  expect(await rulesBroken(file, code)).toContain(rule)
})

test.each([
  ['workers/effects/clock.ts', 'export const now = (): number => Date.now()'],
  ['workers/effects/http.ts', "export const page = fetch('http://localhost')"],
  ['config/env.ts', 'export const home = process.env.HOME'],
  ['cli/a.ts', 'process.stdout.write(String(Date.now()))'],
  ['api/a.ts', "import { STATUS_CODES } from 'node:http'\nexport const codes = STATUS_CODES"],
  ['bench/a.ts', 'export const now = Date.now()'],
  ['core/a.test.ts', 'export const now = Date.now()'],
  ['core/a.ts', 'export const day = new Date(0)'],
  ['workers/a.ts', 'setTimeout(() => 1, 5)'],
])('%s may: %s', async (file, code) => {
  expect(await rulesBroken(file, code)).toEqual([])
})

test('a rule cannot be switched off in a file', async () => {
  expect(await rulesBroken('core/a.ts', '/* eslint-disable */\nexport const now = Date.now()'))
    .toContain('no-restricted-properties')
})
