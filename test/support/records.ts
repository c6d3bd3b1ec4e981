import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { limits } from '#config/limits.ts'
import { applyRecord } from '#core/exchange/apply-record.ts'
import { learn, nothingKnown, ssccKey, tradeKey } from '#core/exchange/known.ts'
import type { Known, Trade } from '#core/exchange/known.ts'
import type { MappingTools } from '#core/exchange/mapping-run.ts'
import type { NewDocument, SetEffect } from '#core/exchange/outcome.ts'
import type { RecordSource } from '#core/exchange/record.ts'
import { agreementSettings, relationshipSettings } from '#core/exchange/relationship.ts'
import type {
  Agreement, AgreementSettings, RelationshipSettings,
} from '#core/exchange/relationship.ts'
import { parseMapping } from '#core/mapping/parse.ts'
import { sscc } from '#core/std/gs1.ts'
import { MappingShelf } from '#workers/effects/mappings.ts'
import { sandboxRelationship } from './exchange.ts'

/** The mappings there are, which make documents of the sandbox's records. */
export const shelf = new MappingShelf()

/** A mapping whose document says what was agreed with the order. */
const probe = parseMapping(`
id: probe
version: 1
from: sandbox-erp/sale
to: canonical/business-acknowledgement.v1
says: Repeats an option of the order's agreement.
fields:
  schema: "'business-acknowledgement.v1'"
  number: $agreement.word ?? 'none'
  purpose: "'original'"
  kind: "'text'"
`, { name: 'probe', limits: limits.mapping, sha256: () => 'probe', schemas: new Map() })

export const tools: MappingTools = {
  mapping: (name) => name === 'probe' ? probe : shelf.get(name),
  remembered: () => undefined,
  limits: limits.codec,
  day: '2026-11-24',
}

/** A case of a mapping of the sandbox's ERP: what it told, and of which order. */
function caseOf(mapping: string, name: string): { record: object; order: unknown } {
  const read = (what: string): unknown => JSON.parse(readFileSync(
    join(shelf.root, 'sandbox-erp', mapping, 'cases', `${name}.${what}.json`), 'utf8'))
  return { record: read('in') as object, order: read('order') }
}

export const sale = caseOf('sale-to-order-response', 'accepted')
export const shipment = caseOf('shipment-to-ship-notice', 'one-carton')
export const invoice = caseOf('invoice-to-invoice', 'plain')
export const wrongInvoice = caseOf('invoice-to-invoice', 'does-not-foot')

export const uses = {
  sale: { document: 'order-response', mapping: 'sandbox-erp/sale-to-order-response' },
  shipment: { document: 'ship-notice', mapping: 'sandbox-erp/shipment-to-ship-notice' },
  invoice: { document: 'invoice', mapping: 'sandbox-erp/invoice-to-invoice' },
} as const

type RecordKind = keyof typeof uses

export function sourceOf(kind: RecordKind, more: Partial<RecordSource> = {}): RecordSource {
  return {
    stream: 'test',
    endpoint: {
      id: 'erp', name: 'Our ERP', connector: 'sandbox-erp', partnerId: 'seller', use: uses[kind],
    },
    documentId: null,
    key: `${kind}:1`,
    kind,
    reference: 'order-document',
    ...more,
  }
}

export const agreed = {
  '855': ['order-response', 'x12/order-response-to-855'],
  '856': ['ship-notice', 'x12/ship-notice-to-856'],
  '810': ['invoice', 'x12/invoice-to-810'],
} as const

export function out(
  setType: keyof typeof agreed,
  release = '004010',
  settings: Partial<AgreementSettings> = {},
): Agreement {
  const [documentKind, mapping] = agreed[setType]
  return {
    id: `${setType} in ${release}`, direction: 'out', documentKind, setType, release, mapping,
    settings: agreementSettings(settings),
  }
}

export const gs1 = { companyPrefix: '0614141', extension: '0' }

interface TradeDraft {
  readonly out?: readonly Agreement[]
  readonly inbound?: readonly Agreement[]
  readonly release?: string
  readonly settings?: Partial<RelationshipSettings>
}

export function tradeOf(order: unknown, draft: TradeDraft = {}): Trade {
  const { out: outbound = [], inbound = sandboxRelationship.agreements } = draft
  return {
    tradeId: 'trade',
    order,
    release: draft.release ?? '004010',
    relationship: {
      ...sandboxRelationship,
      settings: relationshipSettings({ gs1, ...draft.settings }),
      agreements: [...inbound, ...outbound],
    },
  }
}

export function knowing(source: RecordSource, trade: Trade | null): Known {
  return { ...nothingKnown, trades: new Map([[tradeKey(source), trade]]) }
}

export const bytesOf = (value: unknown) => Buffer.from(JSON.stringify(value), 'utf8')

/** What becomes of it, where every key that is asked for is given the next code. */
export async function effectOf(
  record: unknown,
  source: RecordSource,
  trade: Trade | null,
): Promise<SetEffect> {
  let known = knowing(source, trade)
  for (let round = 0; round < 5; round++) {
    const applied = await applyRecord(bytesOf(record), source, known, tools)
    if (applied.done) return applied.effect
    const ssccs = new Map(applied.needs.ssccs.map((key, at) =>
      [ssccKey(key), sscc(key.extension, key.companyPrefix, at + 1)] as const))
    known = learn(known, { ...nothingKnown, ssccs })
  }
  throw new Error('it asks for the same again and again')
}

export async function documentOf(...what: Parameters<typeof effectOf>): Promise<NewDocument> {
  const effect = await effectOf(...what)
  if (effect.do !== 'apply') throw new Error(JSON.stringify(effect))
  return effect.document
}

export async function parkOf(...what: Parameters<typeof effectOf>) {
  const effect = await effectOf(...what)
  if (effect.do !== 'park') throw new Error(JSON.stringify(effect))
  return effect.park
}
