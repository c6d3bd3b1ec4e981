import { decodeX12 } from '#core/codecs/x12/reader.ts'
import { placeOf, TreeBuilder } from '#core/codecs/x12/tree.ts'
import type { LoopNode } from '#core/codecs/x12/tree.ts'
import type { CodecLimits } from '#core/codecs/x12/types.ts'
import { Fault, faultView } from '#core/errors/fault.ts'
import type { At, FaultView } from '#core/errors/fault.ts'
import { agreementFor } from './agreement.ts'
import { applyAcknowledgement } from './apply-acknowledgement.ts'
import { elementByte } from './element-byte.ts'
import { followUps } from './follow-up.ts'
import { isAcknowledgement } from './heard.ts'
import { kindRules } from './kind-rules.ts'
import { needing } from './known.ts'
import type { Applied, Known, Needs } from './known.ts'
import { MappingRun } from './mapping-run.ts'
import type { MappingTools } from './mapping-run.ts'
import type { NewDocument, Park } from './outcome.ts'
import { spokenIn } from './spoken.ts'
import { pairKey } from './relationship.ts'
import type { Agreement, Relationship } from './relationship.ts'
import { endOfIsa } from './set-slice.ts'
import type { SetSlice } from './set-slice.ts'

/**
 * Pass 2 of DESIGN §3 for one set: canonical document, its checks, what follows. A fault of ours
 * (mapping, cross-reference, purpose) parks this set only and changes no acknowledgement.
 */
export async function applySet(
  slice: SetSlice,
  known: Known,
  tools: MappingTools,
): Promise<Applied> {
  const { pair, stream } = slice
  const relationships = known.relationships.get(pairKey(pair))
  if (relationships === undefined) return lacking(needing({ pairs: [pair] }))
  const relationship = relationships.find((candidate) => candidate.stream === stream)
  const { type } = slice
  if (relationship !== undefined && isAcknowledgement(type)) {
    return applyAcknowledgement({ ...slice, type }, relationship.id, known, tools.limits)
  }
  const agreement = relationship && agreementFor(relationship, type, slice.release)
  if (relationship === undefined || agreement === undefined) {
    const facts = { type, release: slice.release }
    return parked(slice, { fault: faultView('SET_NOT_AGREED', facts), owner: 'partner-manager' })
  }
  try {
    return await applyAgreed(slice, relationship, agreement, known, tools)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    const fault = error.view()
    const at = shifted(fault.at, slice.shiftBytes)
    return parked(slice, analyst(at === undefined ? fault : { ...fault, at }))
  }
}

async function applyAgreed(
  slice: SetSlice,
  relationship: Relationship,
  agreement: Agreement,
  known: Known,
  tools: MappingTools,
): Promise<Applied> {
  const rules = kindRules[agreement.documentKind]
  if (rules === undefined) throw new Error(`no rules for kind ${agreement.documentKind}`)
  const run = new MappingRun(relationship, known, tools)
  const tree = treeOf(slice, tools.limits)
  const made = await run.map(agreement.mapping, {
    source: tree,
    kind: `x12/${slice.release.slice(0, 6)}/${slice.type}`,
    agreement: agreement.settings.options,
    placeOf: (node) => shifted(placeOf(node), slice.shiftBytes),
  })
  if (made.outcome === 'needs') return lacking(made.needs)
  if (made.outcome === 'faults') return parked(slice, analyst(...made.faults))

  const read = rules.read(made.output)
  const businessKey = `${agreement.documentKind}:${read.key}`
  if (!read.creates) {
    const facts = { kind: agreement.documentKind, number: read.number, purpose: read.purpose }
    const park: Park = {
      fault: faultView('PURPOSE_DOES_NOT_CREATE', facts, placeOfHead(slice, tree, 'purpose')),
      owner: 'partner-manager',
    }
    const duplicateOf = read.repeats ? businessKey : null
    return parked(slice, park, duplicateOf)
  }
  const { documentKind } = agreement
  const spoken = spokenIn(documentKind, made.output, relationship.id, known, placeOfSt(slice))
  if (spoken.outcome === 'needs') return lacking(spoken.needs)
  const follow = await followUps(run, agreement, rules, made.output)
  if (follow.outcome === 'needs') return lacking(follow.needs)
  if (follow.outcome === 'faults') return parked(slice, analyst(...follow.faults))
  const document: NewDocument = {
    out: null,
    about: spoken.about,
    kind: agreement.documentKind,
    number: read.number,
    body: made.output,
    mapping: agreement.mapping,
    mappingHash: made.hash,
    keys: read.keys,
    businessKey,
    reuseWindowDays: agreement.settings.reuseWindowDays,
    whenSeen: {
      fault: faultView(
        'BUSINESS_DUPLICATE',
        { kind: agreement.documentKind, number: read.number },
        placeOfHead(slice, tree, 'number'),
      ),
      owner: 'partner-manager',
    },
    follow: follow.deliveries,
    outgoing: null,
  }
  return { done: true, effect: { position: slice.position, do: 'apply', document } }
}

function treeOf(slice: SetSlice, limits: CodecLimits): LoopNode {
  const builder = new TreeBuilder()
  const decoder = decodeX12({ segment: (view, place) => builder.add(view, place) }, { limits })
  decoder.push(slice.bytes)
  decoder.end()
  return builder.tree()
}

function shifted(at: At | undefined, bytes: number): At | undefined {
  return at && { ...at, byte: at.byte + bytes }
}

function lacking(needs: Needs): Applied {
  return { done: false, needs }
}

/** A fault that has no place of its own stands at the set's ST. */
function parked(slice: SetSlice, park: Park, duplicateOf: string | null = null): Applied {
  const placed = (fault: FaultView): FaultView => ({
    ...fault,
    at: atElement(slice, fault.at ?? placeOfSt(slice)),
  })
  const fault = placed(park.fault)
  const others = (park.others ?? []).map(placed)
  const { position } = slice
  const effect = { position, do: 'park', park: { ...park, fault, others }, duplicateOf } as const
  return { done: true, effect }
}

/** A mapping's place names segment and element, but its byte is the segment's still. */
function atElement({ bytes, shiftBytes }: SetSlice, at: At): At {
  const element = bytes[3]
  const segment = bytes[endOfIsa(bytes, 0)]
  if (at.element === undefined || element === undefined || segment === undefined) return at
  const local = at.byte - shiftBytes
  const tag = String.fromCharCode(...bytes.subarray(local, local + at.tag.length))
  if (tag !== at.tag) return at
  const byte = elementByte(bytes, local, at.element, { element, segment })
  return { ...at, byte: byte + shiftBytes }
}

/** Where sets say their number and their purpose. */
const heads: Readonly<Record<string, { tag: string; number: number; purpose: number }>> = {
  '810': { tag: 'BIG', number: 2, purpose: 8 },
  '824': { tag: 'BGN', number: 2, purpose: 1 },
  '850': { tag: 'BEG', number: 3, purpose: 1 },
  '855': { tag: 'BAK', number: 3, purpose: 1 },
  '856': { tag: 'BSN', number: 2, purpose: 1 },
  '861': { tag: 'BRA', number: 1, purpose: 3 },
  '864': { tag: 'BMG', number: 2, purpose: 1 },
}

function placeOfHead(slice: SetSlice, tree: LoopNode, what: 'number' | 'purpose'): At {
  const head = heads[slice.type]
  const node = head && tree[head.tag]
  const at = typeof node === 'object' ? shifted(placeOf(node), slice.shiftBytes) : undefined
  if (head === undefined || at === undefined) return placeOfSt(slice)
  return atElement(slice, { ...at, element: head[what] })
}

function placeOfSt({ byte }: SetSlice): At {
  return { byte, segment: 1, tag: 'ST' }
}

/**
 * All faults of one run have one cause or another for the analyst; the first leads, the rest stand
 * behind it.
 */
function analyst(first?: FaultView, ...others: readonly FaultView[]): Park {
  if (first === undefined) throw new Error('a mapping failed without a fault')
  return { fault: first, others, owner: 'mapping-analyst' }
}
