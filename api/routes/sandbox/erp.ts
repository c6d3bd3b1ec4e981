import { setTimeout as wait } from 'node:timers/promises'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'

import { Fault } from '#core/errors/fault.ts'
import { createSale, listSales, readBehaviour, writeBehaviour } from '#prisma/store/sandbox.ts'
import type { Sale as StoredSale } from '#prisma/store/sandbox.ts'
import type { Context } from '../../context.ts'
import { answers } from '../../schemas.ts'
import { behaviourSchema, createQuery, Sale, SalePage, saleSchema, salesQuery } from './schema.ts'
import type { NewSale } from './schema.ts'

const users = ['admin', 'sandbox-erp'] as const

/**
 * The sandbox ERP: a small system of another company, reached over real HTTP. It keeps its sales in
 * a table of its own, each committed before it answers. It does not protect itself: a second create
 * with the same reference makes a second sale, whatever headers come with it. What it offers to who
 * lost an answer is the look-up by reference, exact. It can be told to misbehave.
 */
export function erpRoutes(context: Context): FastifyPluginAsyncTypebox {
  const { store, limits, nowMs } = context
  /** Creates since the behaviour was set, to count to every n-th; of this process alone. */
  let creates = 0

  return async (app) => {
    app.post('/sales', {
      bodyLimit: limits.sandboxSaleBytesMax,
      config: { roles: users, idempotency: 'none' },
      schema: {
        summary: 'Creates a sale. Not safe to repeat: look the reference up first.',
        querystring: createQuery,
        body: saleSchema(limits),
        response: answers({ 201: Sale }),
      },
      errorHandler(error) {
        const invalid = error.validation !== undefined
        throw invalid ? new Fault('SANDBOX_SALE_INVALID', { problem: error.message }) : error
      },
    }, async (request, reply) => {
      const begunMs = nowMs()
      const behaviour = await readBehaviour(store)
      creates += 1
      const isTurnOf = (every = 0): boolean => every > 0 && creates % every === 0
      if (isTurnOf(behaviour.failEvery)) {
        throw new Fault('SANDBOX_ERP_FAILS', { every: behaviour.failEvery ?? 0 })
      }
      const drops = isTurnOf(behaviour.dropAfterCreateEvery)
      const { reference, ...rest } = checkProducts(request.body)
      const sale = await createSale(store, reference, rest, {
        isLate: () => nowMs() - begunMs > limits.sandboxSaleWaitMaxMs,
        statementTimeoutMs: limits.sandboxSaleStatementTimeoutMs,
      })
      await wait(behaviour.delayMs ?? 0)
      if (drops) {
        request.raw.socket.destroy()
        return reply.hijack()
      }
      return reply.code(201).send(toSale(sale, request.query.lines))
    })

    app.get('/sales', {
      config: { roles: users },
      schema: {
        summary: 'Sales, newest first; with a reference, exactly those that bear it.',
        querystring: salesQuery(limits),
        response: answers({ 200: SalePage }),
      },
    }, async ({ query }) => {
      const page = await listSales(store, query)
      return { ...page, items: page.items.map((sale) => toSale(sale, query.lines)) }
    })

    behaviourRoutes(app, context, () => {
      creates = 0
    })
  }
}

/** How it misbehaves, to be read and set; `changed` is told when it is set. */
function behaviourRoutes(
  app: Parameters<FastifyPluginAsyncTypebox>[0],
  { store, limits }: Context,
  changed: () => void,
): void {
  const behaviour = behaviourSchema(limits)
  app.get('/behaviour', {
    config: { roles: ['admin'] },
    schema: { summary: 'How it misbehaves.', response: answers({ 200: behaviour }) },
  }, async () => readBehaviour(store))

  app.put('/behaviour', {
    config: { roles: ['admin'] },
    schema: {
      summary: 'Replaces the whole behaviour; what is left out, or 0, is off.',
      body: behaviour,
      response: answers({ 200: behaviour }),
    },
  }, async ({ body }) => {
    await writeBehaviour(store, body)
    changed()
    return body
  })
}

const known = /^WIDGET-(0[1-9]|[1-9]\d)$/

function checkProducts(sale: NewSale): NewSale {
  const stranger = sale.lines.find(({ product }) => !known.test(product))
  if (stranger === undefined) return sale
  throw new Fault('SANDBOX_PRODUCT_UNKNOWN', { product: stranger.product.slice(0, 100) })
}

function toSale({ id, reference, body, createdAt }: StoredSale, withLines: boolean) {
  const { lines, ...rest } = body
  return { ...rest, ...(withLines ? { lines } : {}), id, reference, createdAt }
}
