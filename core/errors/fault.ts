import { catalog } from './catalog.ts'
import type { Catalog, FactsOf, FaultCode } from './catalog.ts'

/**
 * Where in a message, in the partner's vocabulary. `byte` counts from 0 of the message; `segment`
 * counts as AK301 does (ST = 1) inside a set and from ISA = 1 outside one; elements, components and
 * repetitions from 1.
 */
export interface At {
  readonly byte: number
  readonly segment: number
  readonly tag: string
  readonly element?: number
  readonly component?: number
  readonly repetition?: number
  /** Loop path from the set down, e.g. `PO1Loop/N1Loop`. */
  readonly loop?: string
}

/** A fault as the API, the CLI and the store show it. Plain data: it crosses threads and tables. */
export interface FaultView {
  readonly code: FaultCode
  readonly says: string
  readonly remedy: string
  readonly at?: At
}

/**
 * An expected failure: a code from the catalog, the facts that fill its blanks, and where possible
 * a place. The blanks are typed, so a missing one does not compile. Secrets never enter `facts`.
 */
export class Fault<Code extends FaultCode = FaultCode> extends Error {
  override readonly name = 'Fault'
  readonly code: Code
  readonly facts: FactsOf<Code>
  readonly at: At | undefined

  constructor(code: Code, facts: FactsOf<Code>, at?: At) {
    super(fill(catalog[code].says, facts))
    this.code = code
    this.facts = facts
    this.at = at
  }

  get entry(): Catalog[Code] {
    return catalog[this.code]
  }

  view(): FaultView {
    return faultView(this.code, this.facts, this.at)
  }
}

/** Whether something thrown is a fault, and not a defect. */
export function isFault(thrown: unknown): thrown is Fault {
  return thrown instanceof Fault
}

/** The view of a fault that is only noted, not thrown. */
export function faultView<Code extends FaultCode>(
  code: Code,
  facts: FactsOf<Code>,
  at?: At,
): FaultView {
  const entry = catalog[code]
  const says = fill(entry.says, facts)
  const remedy = fill(entry.remedy, facts)
  return at === undefined ? { code, says, remedy } : { code, says, remedy, at }
}

function fill(template: string, facts: Readonly<Record<string, string | number>>): string {
  return template.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(facts[name] ?? `{${name}}`))
}
