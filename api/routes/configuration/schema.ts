import Type from 'typebox'
import type { TProperties } from 'typebox'

import { ConfigurationSchema } from '#core/configuration/shape.ts'
import { listOf, oneOf } from '../../schemas.ts'

export { ConfigurationSchema }

export const ApplyQuery = Type.Object({
  dryRun: Type.Optional(oneOf(['true', 'false'], 'true: tell what would change, change nothing.')),
}, { additionalProperties: false })

export function changesShape(title: string) {
  return Type.Object({
    dryRun: Type.Boolean(),
    changes: listOf(Type.Object({
      change: oneOf(['create', 'update', 'remove'], 'Nothing but an agreement is removed.'),
      kind: Type.String(),
      name: Type.String(),
      fields: listOf(Type.Object({
        field: Type.String({ description: 'With dots. Of a secret only that it differs.' }),
        from: Type.Optional(Type.Unknown()),
        to: Type.Optional(Type.Unknown()),
      })),
    }), 'Empty where all of it stands there already.'),
  }, { title })
}

export const Difference = changesShape('ConfigurationDifference')

/** A problem that lists what it consists of, each with its place. */
export function problemShape<Place extends TProperties>(title: string, place: Place) {
  return Type.Object({
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
    code: Type.String(),
    remedy: Type.String(),
    problems: listOf(Type.Object({
      ...place, code: Type.String(), says: Type.String(), remedy: Type.String(),
    })),
  }, { title })
}

export const ConfigurationProblems = problemShape('ConfigurationProblems', {
  field: Type.String({ description: 'Items count from 1: relationships[1].settings.timeZone.' }),
})
