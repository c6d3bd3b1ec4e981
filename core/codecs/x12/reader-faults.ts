import type { At } from '#core/errors/fault.ts'
import type { FactsOf } from '#core/errors/catalog.ts'
import { faultView } from '#core/errors/fault.ts'
import { faultKind } from './severity.ts'
import type { FaultKind, SeverityTable, X12FaultCode } from './severity.ts'
import type { Verdict, X12Fault } from './types.ts'

/** What a fault says, made only if it is kept. */
export interface FaultDetail<Code extends X12FaultCode> {
  readonly facts: FactsOf<Code>
  readonly at: At
  readonly elementRef?: string
  readonly badValue?: string
  readonly level?: X12Fault['level']
  readonly ack?: string
}

export interface FaultListOptions {
  readonly max: number
  /** What may still be kept, together with other lists; each takes from it. */
  readonly budget?: { left: number }
  readonly severities?: SeverityTable
  readonly release?: string
  /** What the dictionary at hand cannot prove: accepted with errors where it would reject. */
  readonly doubted?: ReadonlySet<X12FaultCode>
  readonly tell?: ((fault: X12Fault) => void) | undefined
}

/** The faults of one level. All count for the verdict; those past the limit are not kept. */
export class FaultList {
  readonly kept: X12Fault[] = []
  leftOut = 0
  #rejects = false
  #errs = false
  readonly #options: FaultListOptions
  readonly #kinds = new Map<X12FaultCode, FaultKind>()

  constructor(options: FaultListOptions) {
    this.#options = options
  }

  add<Code extends X12FaultCode>(code: Code, detail: () => FaultDetail<Code>): void {
    const { max, budget, tell } = this.#options
    const kind = this.#kind(code)
    if (kind.severity === 'reject') this.#rejects = true
    if (kind.severity === 'error') this.#errs = true
    if (this.kept.length >= max || budget?.left === 0) {
      this.leftOut += 1
      return
    }
    if (budget !== undefined) budget.left -= 1
    const { facts, at, ...rest } = detail()
    const fault: X12Fault = { ...faultView(code, facts, at), at, ...kind, ...rest }
    this.kept.push(fault)
    tell?.(fault)
  }

  #kind(code: X12FaultCode): FaultKind {
    const known = this.#kinds.get(code)
    if (known !== undefined) return known
    const { severities = {}, release, doubted } = this.#options
    const kind = faultKind(code, severities, release)
    const doubtful = kind.severity === 'reject' && doubted?.has(code) === true
    const resolved: FaultKind = doubtful ? { ...kind, severity: 'error' } : kind
    this.#kinds.set(code, resolved)
    return resolved
  }

  /** The verdict of the level by itself, and by what stands in it. */
  verdict(parts: readonly Verdict[] = []): Verdict {
    if (this.#rejects) return 'rejected'
    const rejected = parts.filter((part) => part === 'rejected').length
    if (rejected > 0 && rejected === parts.length) return 'rejected'
    if (rejected > 0 || parts.includes('partial')) return 'partial'
    const errs = this.#errs || parts.includes('accepted_with_errors')
    return errs ? 'accepted_with_errors' : 'accepted'
  }
}

/** A text from the message as a sentence can hold it: printable and short. */
export function shown(text: string, max = 40): string {
  const printable = text.replaceAll(/[\p{Cc}\p{Cf}]/gu, '·')
  return printable.length > max ? `${printable.slice(0, max - 1)}…` : printable
}
