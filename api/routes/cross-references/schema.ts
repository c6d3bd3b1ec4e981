import Type from 'typebox'
import type { Static } from 'typebox'

import { listOf, oneOf, query } from '../../schemas.ts'
import { changesShape, problemShape } from '../configuration/schema.ts'

const stream = Type.Unsafe<'test' | 'live'>(Type.String({ enum: ['test', 'live'] }))
const name = Type.String({ minLength: 1, maxLength: 200 })

export const TableParams = Type.Object({
  partner: Type.String({ minLength: 1, maxLength: 200, description: 'Id or name.' }),
  table: name,
}, { title: 'cross-reference table' })

export const ReadQuery = query({ stream })

export const PutQuery = query({
  stream,
  mode: Type.Optional(oneOf(['merge', 'replace'], 'replace: no others stay; else merge.')),
  dryRun: Type.Optional(oneOf(['true', 'false'], 'true: tell what would change, change nothing.')),
})

const TableShape = Type.Object({
  entries: listOf(Type.Object({
    key: Type.String(),
    value: Type.Unsafe<Readonly<Record<string, unknown>>>(
      Type.Object({}, { additionalProperties: true })),
    validFrom: Type.Optional(Type.String({ format: 'date' })),
    validTo: Type.Optional(Type.String({ format: 'date' })),
  })),
}, { title: 'CrossReferenceTable' })

/** Or the text of a CSV. */
export const Table = Type.Unsafe<Static<typeof TableShape> | string>(TableShape)

export const TableDifference = changesShape('CrossReferenceDifference')
export const TableProblems = problemShape('CrossReferenceProblems', {
  field: Type.Optional(Type.String()),
  line: Type.Optional(Type.Integer({ description: 'Of a CSV: from 1, the header\'s.' })),
})
