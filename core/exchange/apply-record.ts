import { Fault, faultView } from '#core/errors/fault.ts'
import type { FaultView } from '#core/errors/fault.ts'
import { agreementFor } from './agreement.ts'
import type { RecordUse } from './endpoint.ts'
import { followUps } from './follow-up.ts'
import { kindRules } from './kind-rules.ts'
import { needing, tradeKey } from './known.ts'
import type { Applied, Known, Needs, Trade } from './known.ts'
import { MappingRun } from './mapping-run.ts'
import type { MappingTools } from './mapping-run.ts'
import { agreementOut, outboundOf, placeIn } from './outbound.ts'
import type { NewDocument, Park, SetEffect } from './outcome.ts'
import { parseRecord, recordPosition } from './record.ts'
import type { RecordEndpoint, RecordSource } from './record.ts'
import type { Relationship } from './relationship.ts'

/**
 * Pass 2 for a record: the trade it belongs to, the canonical document it becomes, and the set that
 * goes to the partner. What is wrong with it parks it and holds up nobody else.
 */
export async function applyRecord(
  bytes: Uint8Array,
  source: RecordSource,
  known: Known,
  tools: MappingTools,
): Promise<Applied> {
  const trade = known.trades.get(tradeKey(source))
  if (trade === undefined) return lacking(needing({ trades: [source] }))
  const { kind, key, reference } = source
  if (trade === null) {
    const fault = faultView('RECORD_ORDER_UNKNOWN', { kind, key, reference })
    return parked(source, { fault, owner: 'operator' })
  }
  try {
    return await new RecordRun(source, trade, known, tools).apply(parseRecord(bytes))
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return faulty(source, [error.view()])
  }
}

class RecordRun {
  readonly #source: RecordSource
  readonly #trade: Trade
  readonly #run: MappingRun

  constructor(source: RecordSource, trade: Trade, known: Known, tools: MappingTools) {
    this.#source = source
    this.#trade = trade
    this.#run = new MappingRun(trade.relationship, known, tools)
  }

  async apply(record: unknown): Promise<Applied> {
    const { endpoint, documentId, kind, key } = this.#source
    if (documentId !== null) return this.#makeAnew(documentId, record)
    const use = endpoint?.use ?? null
    if (endpoint === null || use === null) {
      const name = endpoint?.name ?? ''
      const fault = faultView('RECORD_NOT_AGREED', { kind, key, endpoint: name })
      return parked(this.#source, { fault, owner: 'partner-manager' })
    }
    return this.#document(record, endpoint, use)
  }

  async #document(
    record: unknown,
    endpoint: RecordEndpoint,
    { document: documentKind, mapping }: RecordUse,
  ): Promise<Applied> {
    const rules = kindRules[documentKind]
    if (rules === undefined) throw new Error(`no rules for kind ${documentKind}`)
    const { key, kind } = this.#source
    const { relationship, order } = this.#trade
    const made = await this.#run.map(mapping, {
      source: record,
      kind: `${endpoint.connector}/${kind}`,
      order,
      agreement: this.#orderOptions(),
    })
    if (made.outcome === 'needs') return lacking(made.needs)
    if (made.outcome === 'faults') return faulty(this.#source, made.faults)
    const { number, keys } = rules.read(made.output)
    const outbound = await outboundOf(this.#run, this.#trade, documentKind, made.output)
    if (outbound.outcome === 'needs') return lacking(outbound.needs)
    if (outbound.outcome === 'faults') return faulty(this.#source, outbound.faults)
    const agreement = agreementOut(this.#trade, documentKind)
    const follow = await followUps(this.#run, agreement, rules, made.output)
    if (follow.outcome === 'needs') return lacking(follow.needs)
    if (follow.outcome === 'faults') return faulty(this.#source, follow.faults)
    const fault = faultView('BUSINESS_DUPLICATE', { kind: documentKind, number })
    const document: NewDocument = {
      out: placeIn(this.#trade),
      about: null,
      kind: documentKind,
      number,
      body: made.output,
      mapping,
      mappingHash: made.hash,
      keys,
      // One record becomes one document, whatever number its system gave it.
      businessKey: `${documentKind}:${endpoint.id}:${key}`,
      reuseWindowDays: agreement?.settings.reuseWindowDays ?? reuseWindowDays(relationship),
      whenSeen: { fault: { ...fault, at: placeOf(this.#source) }, owner: 'partner-manager' },
      follow: follow.deliveries,
      outgoing: outbound.outgoing,
    }
    return done({ position: recordPosition, do: 'apply', document })
  }

  /** A document that stands is sent as today's mapping and cross-references make it. */
  async #makeAnew(documentId: string, body: unknown): Promise<Applied> {
    const { kind, key } = this.#source
    const outbound = await outboundOf(this.#run, this.#trade, kind, body)
    if (outbound.outcome === 'needs') return lacking(outbound.needs)
    if (outbound.outcome === 'faults') return faulty(this.#source, outbound.faults)
    const { outgoing } = outbound
    if (outgoing === null) {
      const fault = faultView('DOCUMENT_NOT_AGREED', { kind, key })
      return parked(this.#source, { fault, owner: 'partner-manager' })
    }
    return done({ position: recordPosition, do: 'make_anew', documentId, outgoing })
  }

  /** Whose prices win, and the like, is agreed with the order. */
  #orderOptions(): Readonly<Record<string, unknown>> {
    const { relationship, release } = this.#trade
    const agreed = relationship.agreements.find((agreement) =>
      agreement.documentKind === 'order' &&
      agreementFor(relationship, agreement.setType, release) === agreement)
    return agreed?.settings.options ?? {}
  }
}

/** As long as the order itself may not come again. */
function reuseWindowDays({ agreements }: Relationship): number {
  return Math.max(...agreements.map(({ settings }) => settings.reuseWindowDays))
}

function lacking(needs: Needs): Applied {
  return { done: false, needs }
}

function done(effect: SetEffect): Applied {
  return { done: true, effect }
}

/** All faults of one run have one cause or another for the analyst; the first leads. */
function faulty(source: RecordSource, [fault, ...others]: readonly FaultView[]): Applied {
  if (fault === undefined) throw new Error('a mapping failed without a fault')
  return parked(source, { fault, others, owner: 'mapping-analyst' })
}

function parked(source: RecordSource, park: Park): Applied {
  const fault = { ...park.fault, at: park.fault.at ?? placeOf(source) }
  return done({
    position: recordPosition, do: 'park', park: { ...park, fault }, duplicateOf: null,
  })
}

/** A record has no segments: it stands where it begins. */
function placeOf({ kind }: RecordSource): NonNullable<FaultView['at']> {
  return { byte: 0, segment: 1, tag: kind }
}
