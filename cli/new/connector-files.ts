import type { ConnectorName } from './connector-name.ts'

/** Marks what only the vendor's documentation can say; the connector's own test looks for it. */
const blank = 'FILL-IN'

/**
 * A connector's files by their path in its folder: one write and one feed, in the simplest form
 * that keeps what every connector must.
 */
export function connectorFiles(name: ConnectorName): ReadonlyMap<string, string> {
  return new Map([
    ['README.md', readme(name)],
    ['connector.ts', declaration(name)],
    ['wire.ts', wire],
    ['operations/create-order.ts', createOrder],
    ['feeds/changes.ts', changes],
    ['fixtures/create-order.json', json(createOrderFixture)],
    ['fixtures/changes.json', json(changesFixture)],
    [`${name.id}.test.ts`, ownTest(name)],
  ])
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

function readme({ title }: ConnectorName): string {
  return `# ${title}

${blank}: which versions of it are meant, and where its documentation is.

| operation | effect | safe by |
|---|---|---|
| \`createOrder\` | \`PUT /orders/{reference}\` | nature: it is stored under our own reference |

| feed | what it tells |
|---|---|
| \`changes\` | orders that changed, in the order in which they did |

Setting \`url\`; secret \`token\`.
`
}

function declaration({ id, variable, title }: ConnectorName): string {
  return `import { defineConnector } from '../_kit/contract.ts'
import { changes } from './feeds/changes.ts'
import { createOrder } from './operations/create-order.ts'

export const ${variable} = defineConnector({
  id: '${id}',
  title: '${title}',
  vendorDocs: 'https://vendor.example/${blank}',
  baseUrl: '{url}',
  settings: {
    url: {
      label: 'Address', help: 'Without a slash at its end.', pattern: 'https?://\\\\S*[^\\\\s/]',
    },
  },
  secrets: { token: { label: 'Token', help: 'Of a user who may create orders.' } },
  auth: { kind: 'bearer', secret: 'token' },
  limits: { perSecond: null, inFlightMax: 4, waitHeader: 'retry-after' },
  // The first rule that matches says the fate.
  errors: [
    { status: 408, fate: 'unknown' },
    { status: 429, fate: 'not_sent' },
    { status: '4xx', fate: 'refused' },
    { status: '5xx', fate: 'unknown' },
    { status: 'timeout', fate: 'unknown' },
  ],
  webhooks: { kind: 'none', because: 'The feed changes polls it.' },
  operations: { createOrder },
  feeds: { changes },
})
`
}

const wire = `/** An order as the mapping makes it. */
export interface OrderDraft {
  readonly number: string
  readonly [field: string]: unknown
}

export interface WireChange {
  readonly position: number
  readonly kind: string
  readonly reference: string
}

/** Throws where the answer names no order: it may or may not have been made then. */
export function remoteIdOf(body: unknown): string {
  const id = (body as { id?: unknown } | null)?.id
  if (typeof id !== 'string') throw new Error('the answer names no order')
  return id
}

/** Throws where the answer is no list of changes. */
export function changesIn(body: unknown): readonly WireChange[] {
  const items = (body as { items?: unknown } | null)?.items
  if (!Array.isArray(items)) throw new Error('the answer is no list of changes')
  return items as readonly WireChange[]
}
`

const createOrder = `import { operation } from '../../_kit/contract.ts'
import { remoteIdOf } from '../wire.ts'
import type { OrderDraft } from '../wire.ts'

export const createOrder = operation<OrderDraft, { readonly remoteId: string }>({
  title: 'Create an order',
  vendorDocs: 'https://vendor.example/${blank}',
  effect: 'write',
  // Why sending it twice makes one order: natural_key, client_key, lookup or converging.
  safeBy: 'natural_key',
  takes: 'json',
  input: { type: 'object', required: ['number'], properties: { number: { type: 'string' } } },
  timeoutMs: 30_000,
  request: (order, { reference }) =>
    ({ method: 'PUT', path: \`/orders/\${reference}\`, json: order }),
  response: ({ body }) => ({ remoteId: remoteIdOf(body) }),
})
`

const changes = `import type { Feed } from '../../_kit/contract.ts'
import { changesIn } from '../wire.ts'

/** The cursor is the position of the last change that was read. */
export const changes: Feed = {
  title: 'Orders that changed',
  vendorDocs: 'https://vendor.example/${blank}',
  timeoutMs: 30_000,
  everyMs: 60_000,
  *read(cursor, { pageMax }) {
    const after = typeof cursor === 'number' ? cursor : 0
    const query = { after: String(after), limit: String(pageMax) }
    const { body } = yield { effect: 'read', plan: { method: 'GET', path: '/changes', query } }
    const items = changesIn(body)
    return {
      records: items.map((item) => ({
        key: String(item.position), kind: item.kind, reference: item.reference, body: item,
      })),
      cursor: items.reduce((last, { position }) => Math.max(last, position), after),
      more: items.length === pageMax,
    }
  },
}
`

const settings = { url: 'https://vendor.example' }
const reference = '01a20134-9d8a-72eb-86fd-dd22e2788af2'

const createOrderFixture = {
  recordedFrom: blank,
  settings,
  reference,
  input: { number: '4500000001' },
  request: { method: 'PUT', path: `/orders/${reference}`, json: { number: '4500000001' } },
  answer: { status: 201, headers: {}, body: { id: 'O-1' } },
  output: { remoteId: 'O-1' },
}

const change = { position: 1, kind: 'order', reference }

const changesFixture = {
  recordedFrom: blank,
  settings,
  pageMax: 100,
  pages: [{
    cursor: null,
    exchanges: [{
      effect: 'read',
      request: { method: 'GET', path: '/changes', query: { after: '0', limit: '100' } },
      answer: { status: 200, headers: {}, body: { items: [change] } },
    }],
    output: {
      records: [{ key: '1', kind: 'order', reference, body: change }], cursor: 1, more: false,
    },
  }],
}

function ownTest({ variable }: ConnectorName): string {
  return `import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fateOfAnswer } from '../_kit/fate.ts'
import { ${variable} } from './connector.ts'

test('nothing is left to be filled in: exchanges were recorded, documentation is named', () => {
  const left = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\\.(ts|json|md)$/.test(file) && !file.endsWith('.test.ts'))
    .filter((file) => readFileSync(join(import.meta.dirname, file), 'utf8').includes('${blank}'))
  expect(left).toEqual([])
})

test.each([
  [201, {}, null], [400, {}, 'refused'], [429, {}, 'not_sent'], [500, {}, 'unknown'],
])('%i %j: %s', (status, body, fate) => {
  const answer = { status, headers: {}, body }
  const { errors, limits } = ${variable}
  expect(fateOfAnswer(errors, answer, limits.waitHeader, 0)?.fate ?? null).toBe(fate)
})
`
}
