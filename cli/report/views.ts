import type { FaultView } from '#core/errors/fault.ts'
import type { GroupReport, InterchangeReport, SetReport } from '#core/codecs/x12/types.ts'

/**
 * An interchange as `crossdock validate --json` writes it, a set at a time; the names are those of
 * the API's message: `{ standard, control, verdict, faults, groups: [{ control, release, verdict,
 * faults, sets: [{ type, control, verdict, status, faults }] }] }`. A set's status is the one it
 * has before the hub goes on with it: `due`, or `rejected`.
 */
export function* interchangeJson(report: InterchangeReport): Generator<string> {
  const { standard, control, verdict, faults, groups } = report
  yield `${openObject({ standard, control, verdict, faults: faults.map(plainFault) })},"groups":`
  yield* list(groups.map(groupJson))
  yield '}'
}

function* groupJson({ control, release, verdict, faults, sets }: GroupReport): Generator<string> {
  yield `${openObject({ control, release, verdict, faults: faults.map(plainFault) })},"sets":`
  yield* list(sets.map(setJson))
  yield '}'
}

function* setJson({ type, control, verdict, faults }: SetReport): Generator<string> {
  const status = verdict === 'rejected' ? 'rejected' : 'due'
  yield JSON.stringify({ type, control, verdict, status, faults: faults.map(plainFault) })
}

/** A JSON list of items that come in pieces. */
function* list(items: Iterable<Iterable<string>>): Generator<string> {
  let separator = '['
  for (const pieces of items) {
    yield separator
    yield* pieces
    separator = ','
  }
  yield separator === '[' ? '[]' : ']'
}

/** The object's JSON without its closing brace, to be continued. */
export function openObject(value: object): string {
  return JSON.stringify(value).slice(0, -1)
}

/** Without what only an acknowledgement needs. */
export function plainFault({ code, says, remedy, at }: FaultView): FaultView {
  return at === undefined ? { code, says, remedy } : { code, says, remedy, at }
}
