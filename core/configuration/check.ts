import { X12Sink } from '#core/codecs/x12/writer-text.ts'
import { delimiterProblem } from '#core/codecs/x12/writer.ts'
import { faultView, isFault } from '#core/errors/fault.ts'
import type { FaultView } from '#core/errors/fault.ts'
import type { DocumentKind } from '#core/documents/kinds.ts'
import {
  delimiterBytes, relationshipSettings, textPolicy,
} from '#core/exchange/relationship.ts'
import type { RelationshipSettings } from '#core/exchange/relationship.ts'
import { identifierKey, replacesIdentifiers, rowKey } from './complete.ts'
import type { Wanted } from './complete.ts'
import { everSince } from './shape.ts'
import type { Configuration, IdentifierEntry } from './shape.ts'
import { endpointKey, keyOf, labelOf, partnerKey } from './standing.ts'
import type { Agreement, Endpoint, Item, Relationship, Standing } from './standing.ts'

/** A problem and its place in what was given, items counted from 1: `endpoints[2].settings`. */
export interface ConfigurationProblem extends FaultView {
  readonly field: string
}

/** What a configuration may name that stands in code and files. */
export interface Rules {
  /** What a mapping reads and makes; null where there is none of that name that can be used. */
  readonly mapping: (name: string) => MappingEnds | null
  readonly connector: (id: string) => ConnectorEnds | null
}

export interface MappingEnds {
  /** Source kinds, e.g. `x12/004010/850`. */
  readonly from: readonly string[]
  readonly to: readonly string[]
}

export interface ConnectorEnds {
  /** Null: any. */
  readonly operations: readonly string[] | null
  readonly feeds: readonly string[]
  /** Why an endpoint with these could not be called, in words. */
  readonly problems: (
    settings: Readonly<Record<string, unknown>>, secrets: Readonly<Record<string, unknown>>,
  ) => readonly string[]
}

type Report = (field: string, fault: FaultView) => void

/** All that is wrong with what is wanted, in its order. */
export function checkWanted(
  asked: Partial<Configuration>,
  wanted: readonly Wanted[],
  standing: Standing,
  rules: Rules,
): readonly ConfigurationProblem[] {
  const problems: ConfigurationProblem[] = []
  const report: Report = (field, fault) => problems.push({ field, ...fault })
  const all = new Map([...standing.items, ...wanted.map(({ item }) => item)]
    .map((item) => [keyOf(item), item]))
  const check = new Check({ all, standing, rules, report })
  const seen = new Set<string>()
  for (const one of wanted) {
    const key = keyOf(one.item)
    if (seen.has(key)) {
      const what = `${one.item.kind} ${labelOf(one.item)}`
      report(one.field, faultView('CONFIGURATION_TWICE', { what }))
    }
    seen.add(key)
    check.item(one)
  }
  identifierProblems(asked, standing, report)
  entryProblems(asked, report)
  return problems
}

function ambiguousNames({ items }: Standing): ReadonlySet<string> {
  const names = items.flatMap((item) => item.kind === 'partner' ? [item.it.name] : [])
  return new Set(names.filter((name, index) => names.indexOf(name) < index))
}

class Check {
  readonly #all: ReadonlyMap<string, Item>
  readonly #ambiguous: ReadonlySet<string>
  readonly #held: Standing['secrets']
  readonly #rules: Rules
  readonly #report: Report

  constructor({ all, standing, rules, report }: {
    /** What will stand there, by key. */
    readonly all: ReadonlyMap<string, Item>
    readonly standing: Standing
    readonly rules: Rules
    readonly report: Report
  }) {
    this.#all = all
    this.#ambiguous = ambiguousNames(standing)
    this.#held = standing.secrets
    this.#rules = rules
    this.#report = report
  }

  item({ item, before, field }: Wanted): void {
    switch (item.kind) {
      case 'partner':
        this.#partner(`${field}.name`, item.it.name, true)
        for (const [index, { owner }] of item.it.identifiers.entries()) {
          if (owner !== undefined) this.#partner(`${field}.identifiers[${index + 1}].owner`, owner)
        }
        return
      case 'endpoint':
        this.#endpoint(field, item.it)
        return
      case 'relationship':
        this.#relationship(field, item.it, before?.kind === 'relationship' ? before.it : null)
        return
      case 'agreement':
        this.#agreement(field, item.it)
        return
      case 'cross-reference':
        this.#partner(`${field}.partner`, item.it.partner)
    }
  }

  #partner(field: string, name: string, itself = false): void {
    if (this.#ambiguous.has(name)) {
      this.#report(field, faultView('CONFIGURATION_NAME_AMBIGUOUS', { name }))
    }
    if (itself || this.#all.has(partnerKey(name))) return
    this.#report(field, faultView('CONFIGURATION_NAME_UNKNOWN', { what: 'partner', name }))
  }

  #endpoint(field: string, it: Endpoint): void {
    const { connector: id, partner, settings, secrets, feeds } = it
    if (partner !== null) this.#partner(`${field}.partner`, partner)
    const connector = this.#rules.connector(id)
    if (connector === null) {
      const unknown = faultView('CONFIGURATION_NAME_UNKNOWN', { what: 'connector', name: id })
      this.#report(`${field}.connector`, unknown)
      return
    }
    const unfit = (reason: string) =>
      faultView('CONFIGURATION_ENDPOINT_UNFIT', { reason, connector: id })
    for (const reason of connector.problems(settings, secrets)) this.#report(field, unfit(reason))
    const held = this.#held.get(endpointKey(it.stream, it.name)) ?? {}
    for (const [name, secret] of Object.entries(secrets)) {
      if (typeof secret === 'string' || Object.hasOwn(held, name)) continue
      this.#report(`${field}.secrets.${name}`, unfit(`the hub holds no secret ${name} to keep`))
    }
    for (const [feed, { records }] of Object.entries(feeds)) {
      const place = `${field}.feeds.${feed}`
      if (!connector.feeds.includes(feed)) this.#report(place, unfit(`it has no feed ${feed}`))
      for (const [kind, { document, mapping }] of Object.entries(records)) {
        const at = `${place}.records.${kind}`
        this.#documentKind(`${at}.document`, document)
        this.#mapping(`${at}.mapping`, mapping, `${id}/${kind}`, `canonical/${document}.v1`)
      }
    }
  }

  #relationship(field: string, it: Relationship, before: Relationship | null): void {
    const { stream, partner, host, endpoint, settings } = it
    this.#partner(`${field}.partner`, partner)
    this.#partner(`${field}.host`, host)
    for (const what of ['partner', 'host'] as const) {
      if (before === null || before[what] === it[what]) continue
      const fixed = faultView('CONFIGURATION_FIXED', { what, before: before[what] })
      this.#report(`${field}.${what}`, fixed)
    }
    this.#operation(`${field}.endpoint`, stream, endpoint, 'send')
    for (const [index, name] of (settings.networks ?? []).entries()) {
      this.#partner(`${field}.settings.networks[${index + 1}]`, name)
    }
    for (const [name, reason] of unfitValues(settings)) {
      const fault = faultView('CONFIGURATION_VALUE_UNFIT', { reason })
      this.#report(`${field}.settings.${name}`, fault)
    }
  }

  #agreement(field: string, it: Agreement): void {
    const { of: { stream }, direction, document, set, release, mapping, settings } = it
    this.#documentKind(`${field}.document`, document)
    const [theirs, ours] = [`x12/${release}/${set}`, `canonical/${document}.v1`]
    if (direction === 'in') this.#mapping(`${field}.mapping`, mapping, theirs, ours)
    else this.#mapping(`${field}.mapping`, mapping, ours, theirs)
    for (const [index, follow] of (settings.follow ?? []).entries()) {
      const place = `${field}.settings.follow[${index + 1}]`
      this.#operation(`${place}.endpoint`, stream, follow.endpoint, follow.operation)
      if (follow.mapping !== null) this.#mapping(`${place}.mapping`, follow.mapping, ours, null)
    }
  }

  #operation(field: string, stream: string, name: string, operation: string): void {
    const endpoint = this.#all.get(endpointKey(stream, name))
    if (endpoint?.kind !== 'endpoint') {
      const unknown = { what: `${stream} endpoint`, name }
      this.#report(field, faultView('CONFIGURATION_NAME_UNKNOWN', unknown))
      return
    }
    const { connector: id } = endpoint.it
    const operations = this.#rules.connector(id)?.operations ?? null
    if (operations === null || operations.includes(operation)) return
    const reason = `${id} has no operation ${operation}, it has ${operations.join(', ')}`
    this.#report(field, faultView('CONFIGURATION_ENDPOINT_UNFIT', { reason, connector: id }))
  }

  #mapping(field: string, name: string, from: string, to: string | null): void {
    const ends = this.#rules.mapping(name)
    if (ends === null) {
      const unknown = { what: 'mapping', name }
      this.#report(field, faultView('CONFIGURATION_NAME_UNKNOWN', unknown))
      return
    }
    const unfit = (reason: string): void => {
      this.#report(field, faultView('CONFIGURATION_MAPPING_UNFIT', { mapping: name, reason }))
    }
    if (!ends.from.includes(from)) unfit(`does not read ${from}, but ${ends.from.join(', ')}`)
    if (to === null || ends.to.includes(to)) return
    unfit(`does not make ${to}, but ${ends.to.join(', ')}`)
  }

  #documentKind(field: string, kind: string): void {
    if ((configurable as readonly string[]).includes(kind)) return
    const reason = `must be one of ${configurable.join(', ')}`
    this.#report(field, faultView('CONFIGURATION_VALUE_UNFIT', { reason }))
  }
}

/** Those that have a schema. */
const configurable = [
  'order', 'order-response', 'ship-notice', 'receipt', 'invoice', 'business-acknowledgement',
] as const satisfies readonly DocumentKind[]

/** What a schema cannot say of settings. */
function unfitValues(given: Relationship['settings']): [name: string, reason: string][] {
  const settings = relationshipSettings(given)
  const unfit: [string, string][] = []
  if (!isTimeZone(settings.timeZone)) {
    unfit.push(['timeZone', 'is no time zone of the IANA database, such as Europe/Berlin'])
  }
  const { delimiters } = settings
  const problem = delimiterProblem(delimiterBytes(delimiters), delimiters.lineEnd)
  if (problem !== null) unfit.push(['delimiters', `cannot be written with: ${problem}`])
  else if (!canWrite(settings)) {
    unfit.push(['charset', 'has a replacement that it does not hold itself'])
  }
  return unfit
}

/** Whether an interchange could be begun at all. */
function canWrite({ charset, delimiters }: RelationshipSettings): boolean {
  try {
    return new X12Sink(textPolicy(charset), delimiterBytes(delimiters)) instanceof X12Sink
  } catch (error) {
    if (isFault(error)) return false
    throw error
  }
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).format(0) !== ''
  } catch {
    return false
  }
}

/** A key has one value from a day on, and none before it begins. */
function entryProblems(
  { crossReferences = [] }: Partial<Configuration>, report: Report,
): void {
  for (const [index, { entries }] of crossReferences.entries()) {
    const seen = new Set<string>()
    for (const [place, entry] of entries.entries()) {
      const field = `crossReferences[${index + 1}].entries[${place + 1}]`
      const { key, validFrom = '', validTo } = entry
      if (seen.has(rowKey(entry))) {
        report(field, faultView('CONFIGURATION_TWICE', { what: `key ${key}` }))
      }
      seen.add(rowKey(entry))
      for (const name of ['validFrom', 'validTo'] as const) {
        const day = entry[name]
        if (day === undefined || day > everSince) continue
        const reason = `is not after ${everSince}; what holds ever since has no first day`
        report(`${field}.${name}`, faultView('CONFIGURATION_VALUE_UNFIT', { reason }))
      }
      if (validTo === undefined || validFrom <= validTo) continue
      const reason = `is before the first day ${validFrom}`
      report(`${field}.validTo`, faultView('CONFIGURATION_VALUE_UNFIT', { reason }))
    }
  }
}

/** An identifier means one partner, whoever else would have it. */
function identifierProblems(
  { partners = [] }: Partial<Configuration>, { items }: Standing, report: Report,
): void {
  const replaced = new Set(partners.filter(replacesIdentifiers).map(({ name }) => name))
  const stays = items.filter(({ kind, it }) => kind !== 'partner' || !replaced.has(it.name))
  const holders = new Map(stays.flatMap((item) => item.kind === 'partner'
    ? item.it.identifiers.map((one) => [identifierKey(one), item.it.name] as const)
    : []))
  const check = (name: string, identifier: IdentifierEntry, field: string): void => {
    const key = identifierKey(identifier)
    const holder = holders.get(key) ?? name
    holders.set(key, holder)
    if (holder === name) return
    const told = `${identifier.scheme}/${identifier.value}`
    const fault = { identifier: told, partner: holder }
    report(field, faultView('CONFIGURATION_IDENTIFIER_TAKEN', fault))
  }
  for (const [index, { name, identifiers = [] }] of partners.entries()) {
    for (const [place, identifier] of identifiers.entries()) {
      check(name, identifier, `partners[${index + 1}].identifiers[${place + 1}]`)
    }
  }
}
