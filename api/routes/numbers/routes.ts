import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'

import { Fault } from '#core/errors/fault.ts'
import { readNumbers, setNextNumber } from '#prisma/store/numbers.ts'
import type { NumbersView } from '#prisma/store/numbers.ts'
import type { Context } from '../../context.ts'
import { admins, staff } from '../../plugins/auth.ts'
import { found } from '../../reading.ts'
import { answers, idParams, listOf, Time } from '../../schemas.ts'

const Kind = Type.Unsafe<'interchange' | 'group'>(Type.String({ enum: ['interchange', 'group'] }))

const Numbers = Type.Object({
  items: listOf(Type.Object({
    kind: Type.String(),
    scope: Type.String({ description: 'Of groups: our id and theirs, GS02/GS03.' }),
    next: Type.Integer(),
    last: Type.Integer({ description: 'After this one comes 1.' }),
    voided: listOf(Type.Object({
      first: Type.Integer(), last: Type.Integer(), reason: Type.String(), at: Time,
    }), 'Passed over, newest first.'),
  })),
}, { title: 'Numbers' })

const NextNumber = Type.Object({
  kind: Kind,
  scope: Type.Optional(Type.String({ maxLength: 31, description: 'Where there are several.' })),
  next: Type.Integer({ minimum: 1, maximum: 999_999_999 }),
  reason: Type.String({ minLength: 1, maxLength: 500, pattern: '^[^\\u0000]*$' }),
  force: Type.Boolean({ default: false, description: 'Also downwards: numbers may come again.' }),
}, { title: 'NextNumber', additionalProperties: false })

/** The control numbers of what we send to a partner: ISA13 and GS06. */
export function numberRoutes({ store }: Context): FastifyPluginAsyncTypebox {
  const read = async (id: string): Promise<readonly NumbersView[]> =>
    found('relationship', id, await readNumbers(store, id))

  return async (app) => {
    app.get('/:id/numbers', {
      config: { roles: staff },
      schema: {
        summary: 'The number series of a relationship, and what they passed over.',
        params: idParams('relationship'),
        response: answers({ 200: Numbers }),
      },
    }, async ({ params: { id } }) => ({ items: await read(id) }))

    app.put('/:id/numbers', {
      config: { roles: admins },
      schema: {
        summary: 'Sets the number a series goes on with; what it passes over is void.',
        params: idParams('relationship'),
        body: NextNumber,
        response: answers({ 200: Numbers }),
      },
    }, async ({ params: { id }, body }) => {
      const series = (await read(id)).filter(({ kind, scope }) =>
        kind === body.kind && scope === (body.scope ?? scope))
      const [{ scope } = { scope: '' }, other] = series
      if (series.length === 0 || other !== undefined) {
        const scopes = (await read(id)).map((one) => `${one.kind} "${one.scope}"`).join(', ')
        throw new Fault('NUMBERS_UNKNOWN', { kind: body.kind, scopes })
      }
      await setNextNumber(store, id, { ...body, scope })
      return { items: await read(id) }
    })
  }
}
