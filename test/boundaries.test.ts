import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { cruise } from 'dependency-cruiser'
import type { ICruiseResult } from 'dependency-cruiser'
import extractOptions from 'dependency-cruiser/config-utl/extract-depcruise-options'
import { afterAll, beforeAll, expect, test } from 'vitest'

const repo = join(import.meta.dirname, '..')

/** One file that breaks each rule: [rule, file, what it imports]. */
const breaches = [
  ['core-imports-only', 'core/a.ts', '#config/limits.ts'],
  ['core-imports-only', 'core/by-type.ts', 'type #config/limits.ts'],
  ['connectors-imports-only', 'connectors/acme/a.ts', '#config/limits.ts'],
  ['config-imports-only', 'config/a.ts', '#workers/effects/clock.ts'],
  ['prisma-imports-only', 'prisma/store/a.ts', '#workers/effects/clock.ts'],
  ['api-imports-only', 'api/a.ts', '#workers/effects/clock.ts'],
  ['workers-imports-only', 'workers/a.ts', '#api/app.ts'],
  ['cli-imports-only', 'cli/a.ts', '#test/support/world.ts'],
  ['bench-imports-only', 'bench/a.ts', '#test/e2e/hub.ts'],
  ['connectors-by-the-door', 'api/knows-a-vendor.ts', '#connectors/acme/connector.ts'],
  ['connectors-are-strangers', 'connectors/acme/nosy.ts', '../globex/connector.ts'],
  ['decide-is-pure', 'workers/jobs/ship/decide.ts', '#prisma/store/messages.ts'],
  ['core-packages', 'core/uses-a-package.ts', 'got'],
  ['core-node-modules', 'core/reads-files.ts', 'node:fs'],
  ['connectors-packages', 'connectors/acme/calls.ts', 'got'],
  ['connectors-node-modules', 'connectors/acme/dials.ts', 'node:net'],
  ['database-only-in-store', 'workers/asks.ts', 'pg'],
  ['database-only-in-store', 'workers/asks-by-type.ts', 'type pg'],
  ['network-only-in-effects', 'workers/dials.ts', 'node:https'],
  ['network-only-in-effects', 'workers/serves.ts', 'node:http'],
  ['queue-only-in-effects', 'workers/queues.ts', 'bullmq'],
  ['api-makes-no-calls', 'api/calls.ts', 'got'],
  ['api-makes-no-calls', 'api/dials.ts', 'node:https'],
  ['network-only-in-effects', 'prisma/store/dials.ts', 'node:net'],
  ['routes-only-in-api', 'workers/listens.ts', 'fastify'],
  ['no-circles', 'core/egg.ts', 'type ./hen.ts'],
  ['no-orphans', 'core/lonely.ts', undefined],
  ['no-unresolvable', 'core/lost.ts', './nowhere.ts'],
  ['no-undeclared-packages', 'bench/borrows.ts', 'semver'],
  ['no-dev-packages-in-the-product', 'api/ships-a-test-tool.ts', 'nock'],
] as const

/** What the rules must leave alone, as [file, what it imports]. */
const allowed = [
  ['connectors/index.ts', './acme/connector.ts'],
  ['connectors/acme/connector.ts', '#core/errors.ts'],
  ['connectors/globex/connector.ts', '#core/errors.ts'],
  ['connectors/acme/shares.ts', '../_kit/pages.ts'],
  ['connectors/_kit/pages.ts', '#core/errors.ts'],
  ['core/errors.ts', 'ajv'],
  ['core/hen.ts', './egg.ts'],
  ['config/limits.ts', '#core/errors.ts'],
  ['prisma/store/messages.ts', 'pg'],
  ['prisma/store/listens.ts', '#config/limits.ts'],
  ['prisma/embedded/server.ts', 'node:net'],
  ['api/app.ts', '#prisma/store/messages.ts'],
  ['api/lists-connectors.ts', '#connectors/index.ts'],
  ['api/routes/things.ts', 'fastify'],
  ['api/plugins/problem.ts', 'node:http'],
  ['workers/effects/clock.ts', 'got'],
  ['workers/jobs/post/decide.ts', '#core/errors.ts'],
  ['workers/jobs/post/perform.ts', './decide.ts'],
  ['cli/start.ts', '#api/app.ts'],
  ['test/support/world.ts', '#workers/effects/clock.ts'],
  ['test/e2e/hub.ts', '#cli/start.ts'],
  ['core/errors.test.ts', '#test/support/world.ts'],
] as const

let tree = ''
let found: string[] = []

beforeAll(async () => {
  tree = mkdtempSync(join(tmpdir(), 'crossdock-boundaries-'))
  for (const name of ['package.json', 'tsconfig.json']) {
    copyFileSync(join(repo, name), join(tree, name))
  }
  symlinkSync(join(repo, 'node_modules'), join(tree, 'node_modules'))
  for (const [, file, imported] of breaches) write(file, imported)
  for (const [file, imported] of allowed) write(file, imported)
  const options = await extractOptions(join(repo, '.dependency-cruiser.mjs'))
  const { output } = await cruise(['.'], { ...options, baseDir: tree })
  const { violations } = (output as ICruiseResult).summary
  found = violations.map(({ rule, from }) => `${rule.name} ${from}`)
})

afterAll(() => rmSync(tree, { recursive: true, force: true }))

test.each(breaches)('%s bites in %s', (rule, file) => {
  expect(found).toContain(`${rule} ${file}`)
})

test('what keeps to the rules is left alone', () => {
  const keepsTo = new Set<string>(allowed.map(([file]) => file))
  expect(found.filter((line) => keepsTo.has(line.split(' ')[1] ?? ''))).toEqual([])
})

test('every rule has a breach here and a comment that teaches', async () => {
  const { ruleSet } = await extractOptions(join(repo, '.dependency-cruiser.mjs'))
  const tried = new Set<string>(breaches.map(([rule]) => rule))
  const rules = ruleSet?.forbidden ?? []
  expect(rules.length).toBeGreaterThan(0)
  expect(rules.map(({ name }) => name).filter((name) => !tried.has(name ?? ''))).toEqual([])
  expect(rules.filter(({ comment }) => (comment ?? '').length < 30)).toEqual([])
})

function write(file: string, imported: string | undefined): void {
  const path = join(tree, file)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, imported === undefined ? 'export const alone = true\n' : statement(imported))
}

function statement(imported: string): string {
  return imported.startsWith('type ')
    ? `import type * as it from '${imported.slice(5)}'\nexport type It = typeof it\n`
    : `import '${imported}'\n`
}
