import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'

import type { CrossReferenceRow } from '#core/configuration/shape.ts'
import { Fault } from '#core/errors/fault.ts'
import type { FaultView } from '#core/errors/fault.ts'
import { readConfiguration } from '#prisma/store/configuration/configuration.ts'
import { partnerNamed } from '#prisma/store/views/page.ts'
import type { Context } from '../../context.ts'
import { admins, staff } from '../../plugins/auth.ts'
import { problemOf } from '../../plugins/problem.ts'
import { found } from '../../reading.ts'
import { answers } from '../../schemas.ts'
import { shownChange } from '../configuration/changes.ts'
import { decide } from '../configuration/decide.ts'
import { configurationRules } from '../configuration/rules.ts'
import { csvOfEntries, entriesOfCsv } from './csv.ts'
import {
  PutQuery, ReadQuery, Table, TableDifference, TableParams, TableProblems,
} from './schema.ts'

/** One partner's table of cross-references, as JSON or as CSV. */
export function crossReferenceRoutes(context: Context): FastifyPluginAsyncTypebox {
  const { store, limits } = context
  const rules = configurationRules(context.mappingEnds)

  return async (app) => {
    app.addContentTypeParser('text/csv', { parseAs: 'buffer' }, (_request, body, done) => {
      done(null, body)
    })

    app.get('/:partner/:table', {
      config: { roles: staff },
      schema: {
        summary: 'A table, as JSON or, where text/csv is accepted, as CSV.',
        params: TableParams,
        querystring: ReadQuery,
        response: answers({ 200: Table }),
      },
    }, async ({ params, query, headers }, reply) => {
      const { name: partner } = await partnerNamed(store, params.partner)
      const place = { partner, stream: query.stream, table: params.table }
      const { items } = await readConfiguration(store, [place])
      const [table] = items.flatMap((item) => item.kind === 'cross-reference' ? [item.it] : [])
      const { entries } = found('cross-reference table', params.table, table ?? null)
      if (!(headers.accept ?? '').includes('text/csv')) return { entries }
      // Not by the schema: this is no JSON.
      const csv = csvOfEntries(entries)
      return reply.type('text/csv; charset=utf-8').serializer(String).send(csv)
    })

    app.put('/:partner/:table', {
      config: { roles: admins },
      bodyLimit: limits.configurationBytesMax,
      schema: {
        summary: 'Adds and changes entries of a table, or replaces all; all of it or nothing.',
        consumes: ['application/json', 'text/csv'],
        params: TableParams,
        querystring: PutQuery,
        response: answers({ 200: TableDifference, 422: TableProblems }),
      },
    }, async ({ params, query: { stream, mode, dryRun }, body }, reply) => {
      const { name: partner } = await partnerNamed(store, params.partner)
      const given = entriesIn(body)
      const entry = { partner, stream, table: params.table, replace: mode === 'replace' }
      const crossReferences = [{ ...entry, entries: given.entries }]
      const isDry = dryRun === 'true'
      const decision = given.problems.length > 0
        ? { problems: given.problems }
        : await decide(store, rules, { crossReferences }, isDry)
      if ('changes' in decision) {
        return { dryRun: isDry, changes: decision.changes.map(shownChange) }
      }
      const problems = decision.problems.map((problem) => placed(problem, given.lines))
      const fault = new Fault('CONFIGURATION_INVALID', { count: problems.length })
      void reply.code(422).type('application/problem+json')
      return { ...problemOf(fault), problems }
    })
  }
}

type Problem = FaultView & { readonly field?: string; readonly line?: number }

interface Given {
  readonly entries: unknown
  readonly lines: readonly number[]
  readonly problems: readonly Problem[]
}

function entriesIn(body: unknown): Given {
  if (body instanceof Uint8Array) return entriesOfCsv(body)
  const { entries } = (body ?? {}) as { entries?: readonly CrossReferenceRow[] }
  return { entries, lines: [], problems: [] }
}

/** A field below this one table, and of a CSV the line it stands on. */
function placed(problem: Problem, lines: readonly number[]): Problem {
  if (problem.field === undefined) return problem
  const field = problem.field.replace(/^crossReferences\[1\]\.?/, '')
  const [, number] = /^entries\[(\d+)\]/.exec(field) ?? []
  const line = lines[Number(number) - 1]
  return line === undefined ? { ...problem, field } : { ...problem, field, line }
}
