import { existsSync, globSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

import { compileSchema } from '#core/documents/schema.ts'
import { connectors } from '../index.ts'
import { feedsOf } from './contract.ts'
import type { Answer, Connector, Operation, PlainAuth } from './contract.ts'
import { contentIn, play, recorded } from './fixture.ts'
import type { RecordedContent, RecordedExchange, RecordedRequest } from './fixture.ts'
import { authNeeds } from './settings.ts'

const home = join(import.meta.dirname, '..')
const folders = readdirSync(home, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !entry.name.startsWith('_'))
  .map(({ name }) => name)

/** What a connector need not keep, by `<connector> <check>`, each with its reason. */
const waivers: Readonly<Record<string, string>> = {}

function check(id: string, name: string, keep: () => void): void {
  test.skipIf(`${id} ${name}` in waivers)(name, keep)
}

test('every folder is registered under its own name, and nothing else is', () => {
  expect([...connectors.keys()].sort()).toEqual(folders.toSorted())
})

test('a waiver names a connector, and says why', () => {
  for (const [waived, because] of Object.entries(waivers)) {
    expect(folders).toContain(waived.split(' ')[0])
    expect(because.length, waived).toBeGreaterThan(20)
  }
})

describe.each([...connectors])('%s', (id, connector) => {
  const folder = join(home, id)
  const feeds = feedsOf(connector)
  const named = { ...connector.operations, ...feeds }

  check(id, 'has a README that names what it offers, and tests of its own', () => {
    const readme = readFileSync(join(folder, 'README.md'), 'utf8')
    for (const name of Object.keys(named)) expect(readme).toContain(`\`${name}\``)
    expect(globSync('**/*.test.ts', { cwd: folder })).not.toEqual([])
  })

  check(id, 'names the documentation of its vendor', () => {
    for (const { vendorDocs } of [connector, ...Object.values(named)]) {
      const here = vendorDocs.startsWith('docs/') && existsSync(join(home, '..', vendorDocs))
      expect(here || URL.canParse(vendorDocs), vendorDocs).toBe(true)
    }
  })

  check(id, 'knows the fate of every answer', () => {
    const last = connector.errors.slice(-3)
    expect(last.map(({ status }) => status)).toEqual(['4xx', '5xx', 'timeout'])
    expect(last.filter(({ says }) => says !== undefined)).toEqual([])
    expect(last.slice(1).map(({ fate }) => fate)).toEqual(['unknown', 'unknown'])
  })

  check(id, 'bounds its calls', () => {
    const { perSecond, inFlightMax, waitHeader } = connector.limits
    expect(perSecond === null || perSecond > 0).toBe(true)
    expect(inFlightMax).toBeGreaterThan(0)
    expect(waitHeader).toBe(waitHeader.toLowerCase())
    for (const { timeoutMs } of Object.values(named)) expect(timeoutMs).toBeGreaterThan(0)
  })

  check(id, 'declares its settings, and uses no blank that may be missing', () => {
    for (const { label, help, pattern } of Object.values(connector.settings)) {
      expect(() => new RegExp(`^(?:${pattern})$`, 'u')).not.toThrow()
      expect(label !== '' && help !== '').toBe(true)
    }
    const required = Object.entries(connector.settings)
      .filter(([, { optional }]) => optional !== true).map(([name]) => name)
    const blanks = [connector.baseUrl, ...waysOf(connector).map(tokenUrlOf)]
      .flatMap((text) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name))
    expect([...required, 'hub']).toEqual(expect.arrayContaining(blanks))
  })

  check(id, 'uses each secret it declares, and no other', () => {
    const needs = waysOf(connector).map(authNeeds)
    const used = [...needs.flatMap(({ secrets }) => secrets), ...previousSecrets(connector)]
    expect(Object.keys(connector.secrets).sort()).toEqual([...new Set(used)].sort())
    expect(Object.keys(connector.settings))
      .toEqual(expect.arrayContaining(needs.flatMap(({ settings }) => settings)))
    for (const name of previousSecrets(connector)) {
      expect(connector.secrets[name]?.optional).toBe(true)
    }
  })

  test.each(Object.keys(connector.operations))('%s asks and reads as it was recorded', (name) => {
    const operation = connector.operations[name] as Operation<unknown, unknown>
    keepsOperation(operation, fixtureOf(folder, name))
  })

  test.each(Object.keys(feeds))('feed %s asks and reads as it was recorded', (name) => {
    const { settings, pageMax, now, pages } = fixtureOf(folder, name) as unknown as FeedFixture
    expect(pages[0]?.cursor).toBeNull()
    for (const { cursor, exchanges, output } of pages) {
      const context = { settings, pageMax, now: now ?? '2026-11-24T00:00:00.000Z' }
      const looks = [1, 2].map(() => play(feeds[name]!.read(cursor, context), exchanges))
      expect(looks[1]).toEqual(looks[0])
      expect(looks[0]!.asked).toEqual(asRecorded(exchanges))
      expect(exchanges.filter(({ effect }) => effect !== 'read')).toEqual([])
      expect(JSON.parse(JSON.stringify(looks[0]!.output))).toEqual(output)
    }
  })
})

interface OperationFixture {
  readonly settings?: Readonly<Record<string, unknown>>
  readonly reference: string
  readonly input: unknown
  readonly output: unknown
  readonly request?: RecordedRequest
  readonly answer?: Answer
  readonly exchanges?: readonly RecordedExchange[]
  readonly lookUp?: { readonly request: RecordedRequest; readonly answer: Answer }
}

interface FeedFixture {
  readonly settings: Readonly<Record<string, unknown>>
  readonly pageMax: number
  readonly now?: string
  readonly pages: readonly {
    readonly cursor: unknown
    readonly exchanges: readonly RecordedExchange[]
    readonly output: unknown
  }[]
}

function fixtureOf(folder: string, name: string): OperationFixture {
  const file = `${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}.json`
  return JSON.parse(readFileSync(join(folder, 'fixtures', file), 'utf8')) as OperationFixture
}

/** A request is pure: asked twice, it is the same, and it is what was recorded. */
function keepsOperation(operation: Operation<unknown, unknown>, fixture: OperationFixture): void {
  const { reference, settings = {}, exchanges, request, answer, lookUp } = fixture
  const context = { reference, settings }
  const input = operation.takes === 'content'
    ? contentIn(fixture.input as RecordedContent)
    : fixture.input
  if (operation.takes === 'json') expect(compileSchema(operation.input)(input)).toEqual([])
  if (operation.effect === 'write') expect(operation.safeBy).toBeDefined()
  if ('converse' in operation) {
    const talks = [1, 2].map(() => play(operation.converse(input, context), exchanges ?? []))
    expect(talks[1]).toEqual(talks[0])
    expect(talks[0]).toEqual({ asked: asRecorded(exchanges ?? []), output: fixture.output })
    return
  }
  const plans = [1, 2].map(() => operation.request(input, context))
  expect(plans[1]).toEqual(plans[0])
  expect(recorded(plans[0]!)).toEqual(request)
  expect(plans[0]!.path).toMatch(/^(\/|$)/)
  expect(plans[0]!.json === undefined || plans[0]!.body === undefined).toBe(true)
  expect(operation.response(answer!, context)).toEqual(fixture.output)
  if (operation.effect !== 'write' || operation.safeBy !== 'lookup') return
  expect(recorded(operation.lookUp.request(input, context))).toEqual(lookUp?.request)
  expect(operation.lookUp.response(lookUp!.answer, context)).toEqual(fixture.output)
}

function asRecorded(exchanges: readonly RecordedExchange[]): readonly unknown[] {
  return exchanges.map(({ effect, request }) => ({ effect, request }))
}

/** Every way in which it may prove who we are. */
function waysOf({ auth }: Connector): readonly PlainAuth[] {
  return auth.kind === 'chosen' ? Object.values(auth.choices) : [auth]
}

function tokenUrlOf(auth: PlainAuth): string {
  return auth.kind === 'oauth2_client' ? auth.tokenUrl : ''
}

function previousSecrets(connector: Connector): readonly string[] {
  return waysOf(connector).flatMap((auth) =>
    auth.kind === 'standard_webhooks' ? [auth.previousSecret] : [])
}
