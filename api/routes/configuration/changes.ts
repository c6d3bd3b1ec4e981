import type { Change } from '#core/configuration/plan.ts'

/** A change as the API tells it: without what the whole thing is like afterwards. */
export function shownChange({ change, item, label: name, fields }: Change) {
  return { change, kind: item.kind, name, fields }
}
