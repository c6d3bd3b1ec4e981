import {
  businessAcknowledgementParser,
} from '#core/documents/business-acknowledgement/business-acknowledgement.ts'
import type {
  BusinessAcknowledgement,
} from '#core/documents/business-acknowledgement/schema.ts'
import { plainNumber } from '#core/codecs/x12/reader-envelope.ts'
import { shown } from '#core/codecs/x12/reader-faults.ts'
import { faultView } from '#core/errors/fault.ts'
import type { At } from '#core/errors/fault.ts'
import { needing, spokenKey } from './known.ts'
import type { Known, Needs, SpokenKey, SpokenOf } from './known.ts'
import type { About, Notice } from './outcome.ts'

export type Spoken =
  | { readonly outcome: 'needs'; readonly needs: Needs }
  | { readonly outcome: 'found'; readonly about: About | null }

/**
 * Which documents a business acknowledgement speaks of (824, 864): by the numbers of the set it
 * names, else by the numbers of documents. It belongs to the trade of the first. Where it rejects
 * one, or is a text, a person is to see it. Null for documents of other kinds.
 */
export function spokenIn(
  documentKind: string,
  body: unknown,
  relationshipId: string,
  known: Known,
  at: At,
): Spoken {
  if (documentKind !== 'business-acknowledgement') return { outcome: 'found', about: null }
  const said = businessAcknowledgementParser.parse(body)
  const keys = keysOf(said, relationshipId)
  const missing = keys.filter((key) => !known.spoken.has(spokenKey(key)))
  if (missing.length > 0) return { outcome: 'needs', needs: needing({ spoken: missing }) }
  const found = keys.map((key) => known.spoken.get(spokenKey(key)) ?? [])
  const documents = [...new Map(found.flat().map((one) => [one.documentId, one])).values()]
  const notices = said.kind === 'text'
    ? [textNotice(said, documents, at)]
    : rejections(said, found, at)
  return {
    outcome: 'found',
    about: {
      tradeId: documents[0]?.tradeId ?? null,
      documentIds: documents.map(({ documentId }) => documentId),
      notices,
    },
  }
}

/** One for each item of an advice; a text has one for all its references. */
function keysOf(said: BusinessAcknowledgement, relationshipId: string): readonly SpokenKey[] {
  const none = { relationshipId, setType: null, groupControl: null, setControl: null }
  if (said.kind === 'text') {
    return [{ ...none, numbers: valuesOf(said.references).slice(0, numbersMax) }]
  }
  return (said.items ?? []).map(({ setType, groupControl, setControl, number, references }) => ({
    relationshipId,
    setType: setType ?? null,
    groupControl: groupControl === undefined ? null : plainNumber(groupControl),
    setControl: setControl ?? null,
    numbers: [...(number === undefined ? [] : [number]), ...valuesOf(references)]
      .slice(0, numbersMax),
  }))
}

/** What is looked for of one item or text; beyond, nothing new is found. */
const numbersMax = 100

function valuesOf(references: BusinessAcknowledgement['references'] = []): readonly string[] {
  return references.flatMap(({ value }) => (value === undefined ? [] : [value]))
}

/** Each item that is rejected, or taken with something wrong, beside what it was found to mean. */
function rejections(
  said: BusinessAcknowledgement,
  found: readonly (readonly SpokenOf[])[],
  at: At,
): readonly Notice[] {
  return (said.items ?? []).flatMap((item, index) => {
    const { outcome, errors = [], number = '', setType = '' } = item
    const isWrong = outcome === 'rejected' || (outcome !== 'accepted' && errors.length > 0)
    if (!isWrong) return []
    const [document] = found[index] ?? []
    const what = document === undefined
      ? `${setType} ${number}, which was not found`.trimStart()
      : `${document.kind} ${document.number}`
    const reason = errors.map(inWords).join('; ') || 'no reason is given'
    const facts = { what, outcome: outcome.replaceAll('_', ' '), reason: shown(reason, 500) }
    const fault = faultView('BUSINESS_REJECTED', facts, at)
    return [{ documentId: document?.documentId ?? null, park: { fault, owner: 'operator' } }]
  })
}

type BusinessError = NonNullable<
  NonNullable<BusinessAcknowledgement['items']>[number]['errors']
>[number]

function inWords({ givenCode, text, segment, element, value }: BusinessError): string {
  const place = segment === undefined ? [] : [`${segment}${(element ?? '').padStart(2, '0')}`]
  const words = [...place, givenCode, text].filter((word) => word !== undefined)
  return value === undefined ? words.join(' ') : `${words.join(' ')} ("${value}")`
}

function textNotice(
  { subject, notes = [] }: BusinessAcknowledgement,
  documents: readonly SpokenOf[],
  at: At,
): Notice {
  const [document] = documents
  const what = document === undefined
    ? subject ?? 'nothing we know'
    : documents.map(({ kind, number }) => `${kind} ${number}`).join(', ')
  const text = notes.map((note) => note.text).join(' ') || subject || 'nothing'
  const facts = { what: shown(what, 200), text: shown(text.replaceAll('\n', ' '), 500) }
  const fault = faultView('BUSINESS_TEXT', facts, at)
  return { documentId: document?.documentId ?? null, park: { fault, owner: 'operator' } }
}
