import type { CrossReferenceKey, SetEffect } from './outcome.ts'
import type { Gs1Settings, Pair, Relationship } from './relationship.ts'
import type { SeenInterchange } from './duplicates.ts'
import type { Stream } from './stream.ts'

/**
 * What the one who computes has been told of the database. Deciding never waits: where something is
 * not told yet, the run ends with the list of its needs, they are looked up in one go, and it runs
 * again.
 */
export interface Known {
  /** By `pairKey`; both streams of a pair, an empty list where we have no such relationship. */
  readonly relationships: ReadonlyMap<string, readonly Relationship[]>
  /** By `seenKey`; null where that number was never seen. */
  readonly seen: ReadonlyMap<string, SeenInterchange | null>
  /** By `crossReferenceKey`; null where the table has no such key. */
  readonly crossReferences: ReadonlyMap<string, unknown>
  /** By `tradeKey`; null where no order of ours has that reference. */
  readonly trades: ReadonlyMap<string, Trade | null>
  /** By `ssccKey`: eighteen digits, or null where there is no number left. */
  readonly ssccs: ReadonlyMap<string, string | null>
  /** By `sentGroupKey`: the sets of that group of ours; an empty list where we sent none such. */
  readonly sentGroups: ReadonlyMap<string, readonly SentSet[]>
  /** By `seenKey`, of interchanges of ours: they may have come round to the same number. */
  readonly sentInterchanges: ReadonlyMap<string, readonly SentInterchange[]>
  /** By id of a message of ours. */
  readonly contents: ReadonlyMap<string, Uint8Array>
  /** By `spokenKey`; an empty list where no document is found by it. */
  readonly spoken: ReadonlyMap<string, readonly SpokenOf[]>
}

export interface Needs {
  readonly pairs: readonly Pair[]
  readonly seen: readonly SeenKey[]
  readonly crossReferences: readonly CrossReferenceKey[]
  readonly trades: readonly TradeKey[]
  readonly ssccs: readonly SsccKey[]
  readonly sentGroups: readonly SentGroupKey[]
  readonly sentInterchanges: readonly SeenKey[]
  readonly contents: readonly string[]
  readonly spoken: readonly SpokenKey[]
}

/** What one run came to: an effect, or what it must be told first. */
export type Applied =
  | { readonly done: true; readonly effect: SetEffect }
  | { readonly done: false; readonly needs: Needs }

/** A set that left us. */
export interface SentSet {
  readonly outgoingSetId: string
  readonly messageId: string
  readonly groupControl: string
  readonly type: string
  readonly control: string
  /** Null of an acknowledgement of ours. */
  readonly document: { readonly kind: string; readonly number: string } | null
}

export interface SentInterchange {
  readonly messageId: string
  /** ISA09 and ISA10. */
  readonly date: string
  readonly time: string
  /** None where it held a TA1 of ours. */
  readonly sets: readonly SentSet[]
}

/** What a partner's words name: a set of ours, or else documents by any of their numbers. */
export interface SpokenKey {
  readonly relationshipId: string
  readonly setType: string | null
  readonly groupControl: string | null
  readonly setControl: string | null
  readonly numbers: readonly string[]
}

export interface SpokenOf {
  readonly documentId: string
  readonly tradeId: string
  readonly kind: string
  readonly number: string
}

export interface SentGroupKey {
  readonly relationshipId: string
  /** GS01, and GS06 without leading zeros. */
  readonly functionalId: string
  readonly groupControl: string
}

/** An order and whom it came from: what a record of an ERP belongs to. */
export interface Trade {
  readonly tradeId: string
  /** The canonical order. */
  readonly order: unknown
  /** In which it came: GS08's first six characters. */
  readonly release: string
  readonly relationship: Relationship
}

export interface TradeKey {
  readonly stream: Stream
  /** The id of the order's document, which systems of ours are given as our reference. */
  readonly reference: string
}

/** A serial shipping container code is given to a key once and for all. */
export interface SsccKey extends Gs1Settings {
  readonly key: string
}

export interface SeenKey {
  readonly relationshipId: string
  readonly control: string
}

export function seenKey(key: SeenKey): string {
  return `${key.relationshipId}/${key.control}`
}

export function tradeKey({ stream, reference }: TradeKey): string {
  return `${stream}/${reference}`
}

export function ssccKey({ companyPrefix, key }: SsccKey): string {
  return `${companyPrefix}/${key}`
}

export function sentGroupKey(key: SentGroupKey): string {
  return JSON.stringify([key.relationshipId, key.functionalId, key.groupControl])
}

/** These needs and no others. */
export function needing(some: Partial<Needs>): Needs {
  return { ...noNeeds, ...some }
}

export function spokenKey(key: SpokenKey): string {
  const { relationshipId, setType, groupControl, setControl, numbers } = key
  return JSON.stringify([relationshipId, setType, groupControl, setControl, numbers])
}

const noNeeds: Needs = {
  pairs: [], seen: [], crossReferences: [], trades: [], ssccs: [], sentGroups: [],
  sentInterchanges: [], contents: [], spoken: [],
}

/** All of these together. */
export function allNeeds(needs: readonly Needs[]): Needs {
  return {
    pairs: needs.flatMap(({ pairs }) => pairs),
    seen: needs.flatMap(({ seen }) => seen),
    crossReferences: needs.flatMap(({ crossReferences }) => crossReferences),
    trades: needs.flatMap(({ trades }) => trades),
    ssccs: needs.flatMap(({ ssccs }) => ssccs),
    sentGroups: needs.flatMap(({ sentGroups }) => sentGroups),
    sentInterchanges: needs.flatMap(({ sentInterchanges }) => sentInterchanges),
    contents: needs.flatMap(({ contents }) => contents),
    spoken: needs.flatMap(({ spoken }) => spoken),
  }
}

/** Everything that has been told so far, and more: maps are made anew, so a run sees one state. */
export function learn(known: Known, more: Known): Known {
  return {
    relationships: new Map([...known.relationships, ...more.relationships]),
    seen: new Map([...known.seen, ...more.seen]),
    crossReferences: new Map([...known.crossReferences, ...more.crossReferences]),
    trades: new Map([...known.trades, ...more.trades]),
    ssccs: new Map([...known.ssccs, ...more.ssccs]),
    sentGroups: new Map([...known.sentGroups, ...more.sentGroups]),
    sentInterchanges: new Map([...known.sentInterchanges, ...more.sentInterchanges]),
    contents: new Map([...known.contents, ...more.contents]),
    spoken: new Map([...known.spoken, ...more.spoken]),
  }
}

export const nothingKnown: Known = {
  relationships: new Map(),
  seen: new Map(),
  crossReferences: new Map(),
  trades: new Map(),
  ssccs: new Map(),
  sentGroups: new Map(),
  sentInterchanges: new Map(),
  contents: new Map(),
  spoken: new Map(),
}
