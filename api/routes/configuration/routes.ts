import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'

import { configurationOf } from '#core/configuration/complete.ts'
import { compileSchema } from '#core/documents/schema.ts'
import { Fault } from '#core/errors/fault.ts'
import { readConfiguration } from '#prisma/store/configuration/configuration.ts'
import type { Context } from '../../context.ts'
import { admins, staff } from '../../plugins/auth.ts'
import { problemOf } from '../../plugins/problem.ts'
import { answers } from '../../schemas.ts'
import { shownChange } from './changes.ts'
import { decide } from './decide.ts'
import { configurationRules } from './rules.ts'
import {
  ApplyQuery, ConfigurationProblems, ConfigurationSchema, Difference,
} from './schema.ts'

/** Who trades with whom and how, as one document: read, compared, applied. */
export function configurationRoutes(context: Context): FastifyPluginAsyncTypebox {
  const { store, limits } = context
  const rules = configurationRules(context.mappingEnds)

  return async (app) => {
    app.get('/', {
      config: { roles: staff },
      schema: {
        summary: 'All that is configured, as it could be applied. Of secrets, the names.',
        response: answers({ 200: ConfigurationSchema }),
      },
    }, async (_request, reply) =>
      // Not by the schema: settings of former times are told as they are.
      reply.serializer(JSON.stringify).send(configurationOf(await readConfiguration(store, 'all'))))

    app.put('/', {
      config: { roles: admins },
      bodyLimit: limits.configurationBytesMax,
      // The body is checked as a whole, so that all its problems are told at once and nothing of it
      // is coerced.
      validatorCompiler: ({ schema, httpPart }) =>
        httpPart === 'body' ? () => true : strict(schema),
      schema: {
        summary: 'Adds and changes what is told, all of it or nothing; leaves the rest alone.',
        querystring: ApplyQuery,
        body: ConfigurationSchema,
        response: answers({ 200: Difference, 422: ConfigurationProblems }),
      },
    }, async ({ body, query }, reply) => {
      const dryRun = query.dryRun === 'true'
      const decision = await decide(store, rules, body, dryRun)
      if ('changes' in decision) return { dryRun, changes: decision.changes.map(shownChange) }
      const { problems } = decision
      const fault = new Fault('CONFIGURATION_INVALID', { count: problems.length })
      void reply.code(422).type('application/problem+json')
      return { ...problemOf(fault), problems }
    })
  }
}

/** Refuses what does not fit: a mistyped dryRun must not apply. */
function strict(schema: object) {
  const faults = compileSchema(schema)
  return (given: unknown) => {
    const [fault] = faults(given)
    if (fault === undefined) return true
    const problem = `${fault.field} ${fault.reason}`
    return { error: new Fault('REQUEST_INVALID', { problem }) }
  }
}
