import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply } from 'fastify'

import { addPaper, findSale, listPapers } from '#prisma/store/sandbox-papers.ts'
import type { StoredPaper } from '#prisma/store/sandbox-papers.ts'
import type { Sale } from '#prisma/store/sandbox.ts'
import type { Context } from '../../context.ts'
import { found } from '../../reading.ts'
import { answers, idParams } from '../../schemas.ts'
import { confirmation, invoice, shipment } from './papers.ts'
import type { Paper } from './papers.ts'
import {
  ConfirmWish, InvoiceWish, PaperPage, PaperShape, papersQuery, ShipWish,
} from './papers-schema.ts'

/** The sandbox ERP's clerk: confirms, ships and invoices a sale; and what whoever asks is told. */
export function paperRoutes({ store, limits, nowMs }: Context): FastifyPluginAsyncTypebox {
  const write = async (
    saleId: string,
    reply: FastifyReply,
    paperOf: (sale: Sale, today: string) => Paper,
  ): Promise<StoredPaper> => {
    const sale = found('sale', saleId, await findSale(store, saleId))
    const today = new Date(nowMs()).toISOString().slice(0, 10)
    void reply.code(201)
    return shown(await addPaper(store, sale.id, paperOf(sale, today)))
  }
  const config = { roles: ['admin'] } as const
  const schema = { params: idParams('sale'), response: answers({ 201: PaperShape }) }

  return async (app) => {
    app.post('/sales/:id/confirm', {
      config,
      schema: { summary: 'Confirms or rejects a sale.', body: ConfirmWish, ...schema },
    }, async ({ params, body }, reply) =>
      write(params.id, reply, (sale, today) => confirmation(sale, body, today)))

    app.post('/sales/:id/ship', {
      config,
      schema: { summary: 'Ships a sale, whole or in part.', body: ShipWish, ...schema },
    }, async ({ params, body }, reply) =>
      write(params.id, reply, (sale, today) => shipment(sale, body, today)))

    app.post('/sales/:id/invoice', {
      config,
      schema: { summary: 'Invoices a sale, whole or in part.', body: InvoiceWish, ...schema },
    }, async ({ params, body }, reply) =>
      write(params.id, reply, (sale, today) => invoice(sale, body, today)))

    app.get('/papers', {
      config: { roles: ['admin', 'sandbox-erp'] },
      schema: {
        summary: 'Confirmations, shipments and invoices after a position, oldest first.',
        querystring: papersQuery(limits),
        response: answers({ 200: PaperPage }),
      },
    }, async ({ query }) => {
      const papers = await listPapers(store, query.after, query.limit + 1)
      const items = papers.slice(0, query.limit).map(shown)
      const next = papers.length > query.limit ? (items.at(-1)?.position ?? null) : null
      return { items, next }
    })
  }
}

function shown({ body, ...paper }: StoredPaper): StoredPaper {
  return { ...paper, body: { ...body, number: paper.number } }
}
