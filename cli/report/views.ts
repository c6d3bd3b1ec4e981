import type { FaultView } from '#core/errors/fault.ts'
import type {
  GroupReport,
  InterchangeReport,
  SetReport,
  Verdict,
} from '#core/codecs/x12/types.ts'

/** What `crossdock validate --json` says of one file; the names are those of the API's message. */
export interface FileView {
  readonly file: string
  readonly interchanges: readonly InterchangeView[]
  /** Faults outside any interchange. */
  readonly faults: readonly FaultView[]
}

export interface InterchangeView {
  readonly standard: 'x12'
  readonly control: string
  readonly verdict: Verdict
  readonly faults: readonly FaultView[]
  readonly groups: readonly GroupView[]
}

export interface GroupView {
  readonly control: string
  readonly release: string
  readonly verdict: Verdict
  readonly faults: readonly FaultView[]
  readonly sets: readonly SetView[]
}

export interface SetView {
  readonly type: string
  readonly control: string
  readonly verdict: Verdict
  readonly faults: readonly FaultView[]
}

export function interchangeView(report: InterchangeReport): InterchangeView {
  const { standard, control, verdict, faults, groups } = report
  return {
    standard, control, verdict, faults: faults.map(plainFault), groups: groups.map(groupView),
  }
}

function groupView({ control, release, verdict, faults, sets }: GroupReport): GroupView {
  return { control, release, verdict, faults: faults.map(plainFault), sets: sets.map(setView) }
}

function setView({ type, control, verdict, faults }: SetReport): SetView {
  return { type, control, verdict, faults: faults.map(plainFault) }
}

/** Without what only an acknowledgement needs. */
export function plainFault({ code, says, remedy, at }: FaultView): FaultView {
  return at === undefined ? { code, says, remedy } : { code, says, remedy, at }
}
