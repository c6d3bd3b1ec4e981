import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'

import { attemptsMax } from '#config/retry.ts'
import type { ApiKey } from '#prisma/store/api-keys.ts'
import { discardParked, resumeParked, sendParkedAgain, skipParked } from '#prisma/store/park.ts'
import type { ParkedDecision } from '#prisma/store/park.ts'
import type { SendAgain } from '#prisma/store/send-again.ts'
import { findParked, listParked } from '#prisma/store/views/parked.ts'
import type { ParkedItem as Item } from '#prisma/store/views/parked.ts'
import type { Context } from '../../context.ts'
import { operators, readers } from '../../plugins/auth.ts'
import { found } from '../../reading.ts'
import { answers, idParams, paging, query } from '../../schemas.ts'
import { ParkedFilters, ParkedItem, ParkedPage } from './schema.ts'

type Decide = (id: string, by: string) => Promise<ParkedDecision>

/** What is stuck and needs a person: seen, resumed, discarded, skipped. */
export function parkedRoutes({ store, ring, limits, nowMs }: Context): FastifyPluginAsyncTypebox {
  const find = async (viewer: ApiKey, id: string): Promise<Item> =>
    found('parked item', id, await findParked(store, viewer, id))
  const resume: Decide = async (id, by) => resumeParked(store, id, by, { attemptsMax })

  return async (app) => {
    app.get('/', {
      config: { roles: readers },
      schema: {
        summary: 'What needs a person, newest first; the open ones unless asked otherwise.',
        querystring: query({ ...ParkedFilters, ...paging(limits) }),
        response: answers({ 200: ParkedPage }),
      },
    }, async ({ query, apiKey }) => listParked(store, apiKey, query))

    app.get('/:id', {
      config: { roles: readers },
      schema: {
        summary: 'One parked item.',
        params: idParams('parked item'),
        response: answers({ 200: ParkedItem }),
      },
    }, async ({ params, apiKey }) => find(apiKey, params.id))

    const action = (name: string, summary: string, decide: Decide): void => {
      app.post(`/:id/${name}`, {
        config: { roles: operators },
        schema: {
          summary, params: idParams('parked item'), response: answers({ 200: ParkedItem }),
        },
      }, async ({ params, apiKey }) => {
        const { ring: bell } = await decide(params.id, apiKey.id)
        if (bell !== null) ring(bell)
        return find(apiKey, params.id)
      })
    }
    action('resume', 'Goes on with it, now that its cause is gone.', resume)
    action('discard', 'Ends it for good.', async (id, by) => discardParked(store, id, by))
    const again = (how: SendAgain): Decide => async (id, by) =>
      sendParkedAgain(store, id, how, { by, attemptsMax, now: new Date(nowMs()) })
    action('resend', 'Sends its document again: the same bytes, the same numbers.', again('resend'))
    action('regenerate', 'Makes its document anew and sends it under new numbers.',
      again('regenerate'))
    action('skip', 'Lets its lane go on without it.', async (id, by) => skipParked(store, id, by))
  }
}
