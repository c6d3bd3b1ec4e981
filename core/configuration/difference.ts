import { rowKey } from './complete.ts'
import type { CrossReferenceRow } from './shape.ts'
import type { Item } from './standing.ts'

/** One field that is to be otherwise; what is absent was or will be absent. */
export interface FieldChange {
  /** With dots: `settings.timeZone`. */
  readonly field: string
  readonly from?: unknown
  readonly to?: unknown
}

/**
 * What differs between two items of one kind and key, in the order of their fields; `held` are the
 * secrets that are there. A secret that differs is told, its value is not.
 */
export function differenceOf(
  before: Item | null, after: Item, held: Readonly<Record<string, string>>,
): readonly FieldChange[] {
  const shownBefore = before === null ? {} : shown(before, held)
  return fieldChanges(shownBefore, shown(after, held), '')
}

interface RowChanges {
  readonly written: readonly CrossReferenceRow[]
  readonly removed: readonly CrossReferenceRow[]
}

/** What has to be written of a table, and what goes; a row that stays as it is is in neither. */
export function rowChanges(
  before: readonly CrossReferenceRow[], after: readonly CrossReferenceRow[],
): RowChanges {
  const there = new Map(before.map((row) => [rowKey(row), row]))
  const kept = new Set(after.map(rowKey))
  return {
    written: after.filter((row) => !isSame(there.get(rowKey(row)), row)),
    removed: before.filter((row) => !kept.has(rowKey(row))),
  }
}

/** Lists that are known by a key become objects, so that one new entry is one difference. */
function shown(item: Item, held: Readonly<Record<string, string>>): object {
  switch (item.kind) {
    case 'partner': {
      const { hosted, identifiers } = item.it
      return {
        hosted,
        identifiers: Object.fromEntries(identifiers.map(({ scheme, value, owner }) =>
          owner === undefined
            ? [`${scheme}/${value}`, 'everybody\'s']
            : [`${scheme}/${value} of ${owner}`, 'its own'])),
      }
    }
    case 'endpoint': {
      const { connector, partner, settings, secrets, feeds } = item.it
      return {
        connector, settings, feeds,
        ...(partner === null ? {} : { partner }),
        secrets: Object.fromEntries(Object.entries(secrets).map(([name, secret]) =>
          [name, typeof secret === 'string' && secret !== own(held, name) ? 'new' : 'kept'])),
      }
    }
    case 'relationship': {
      const { partner, host, endpoint, settings, their, our } = item.it
      return {
        partner, host, endpoint, settings,
        their: { group: their.group }, our: { group: our.group },
      }
    }
    case 'agreement': {
      const { document, mapping, settings } = item.it
      return { document, mapping, settings }
    }
    case 'cross-reference': return {
      entries: Object.fromEntries(item.it.entries.map(({ key, value, validFrom, validTo }) => [
        validFrom === undefined ? key : `${key} from ${validFrom}`,
        validTo === undefined ? value : { ...value, validTo },
      ])),
    }
  }
}

function fieldChanges(before: unknown, after: unknown, field: string): FieldChange[] {
  if (isObject(before) && isObject(after)) {
    const names = new Set([...Object.keys(before), ...Object.keys(after)])
    return [...names].flatMap((name) =>
      fieldChanges(own(before, name), own(after, name), field === '' ? name : `${field}.${name}`))
  }
  if (isSame(before, after) || isNothing(before, after)) return []
  // Null and absent are told apart by `from` and `to` being there.
  return [{
    field,
    ...(before === undefined ? {} : { from: before }),
    ...(after === undefined ? {} : { to: after }),
  }]
}

/** An object without fields beside none at all: nothing is configured either way. */
function isNothing(before: unknown, after: unknown): boolean {
  const isEmpty = (value: unknown) => value === undefined ||
    (isObject(value) && Object.keys(value).length === 0)
  return isEmpty(before) && isEmpty(after)
}

/** As JSON; the order of an object's fields says nothing. */
function isSame(one: unknown, other: unknown): boolean {
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((item, index) => isSame(item, other[index]))
  }
  if (!isObject(one) || !isObject(other)) return one === other
  const names = new Set([...Object.keys(one), ...Object.keys(other)])
  return [...names].every((name) => isSame(own(one, name), own(other, name)))
}

/** A field by its name, and not what every object has by that name, such as `toString`. */
function own(object: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
