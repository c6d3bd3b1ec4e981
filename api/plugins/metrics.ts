import type { FastifyInstance } from 'fastify'
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

import { readStanding } from '#prisma/store/standing.ts'
import type { Standing } from '#prisma/store/standing.ts'
import type { Context } from '../context.ts'

export type Measured = Pick<Context, 'store' | 'limits' | 'nowMs' | 'isBellUp'>

/**
 * `/metrics` in Prometheus' text format: how the hub stands, how it answers, and the process
 * (event-loop delay p99 is `nodejs_eventloop_lag_p99_seconds`). Counts only, so it needs no key;
 * counting is bounded by `metricsSampleMs`.
 */
export function measure(app: FastifyInstance, context: Measured): void {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const answered = new Histogram({
    name: 'crossdock_http_request_duration_seconds',
    help: 'Time from request to answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60],
    registers: [registry],
  })
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none'
    const labels = { method: request.method, route, status: reply.statusCode }
    answered.observe(labels, reply.elapsedTime / 1_000)
  })
  const { isBellUp } = context
  if (isBellUp !== null) {
    new Gauge({
      name: 'crossdock_doorbell_up',
      help: 'Whether rings reach the workers of other processes at once.',
      registers: [registry],
      collect() {
        this.set(isBellUp() ? 1 : 0)
      },
    })
  }
  const show = standingGauges(registry)
  const standing = sampled(context)
  app.get('/metrics', async (_request, reply) => {
    show(await standing())
    return reply.type(registry.contentType).send(await registry.metrics())
  })
}

function standingGauges(registry: Registry): (standing: Standing) => void {
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name: `crossdock_${name}`, help, labelNames, registers: [registry] })
  const backlog = gauge('backlog_messages', 'Messages that wait for the workers.')
  const parked = gauge('parked_open', 'Items that wait for a person.')
  const acknowledgements = gauge('acknowledgements_open',
    'Sets we sent that are not acknowledged: awaited still, or overdue.', ['status'])
  const deliveries = gauge('deliveries_open', 'Deliveries not done, by status.', ['status'])
  const messages = gauge('messages_recent',
    'Messages of the last minute, by their status now.', ['direction', 'status'])
  return (standing) => {
    backlog.set(standing.backlog)
    parked.set(standing.parkedOpen)
    const { awaited, overdue } = standing.acknowledgements
    acknowledgements.set({ status: 'awaited' }, awaited)
    acknowledgements.set({ status: 'overdue' }, overdue)
    deliveries.reset()
    for (const { status, count } of standing.deliveries) deliveries.set({ status }, count)
    messages.reset()
    for (const { direction, status, count } of standing.messages) {
      messages.set({ direction, status }, count)
    }
  }
}

/** The standing, counted anew only when the last count has aged. */
function sampled({ store, limits, nowMs }: Measured): () => Promise<Standing> {
  let last: Promise<Standing> | null = null
  let agedMs = 0
  return () => {
    if (last === null || nowMs() >= agedMs) {
      agedMs = nowMs() + limits.metricsSampleMs
      const since = new Date(nowMs() - limits.metricsWindowMs)
      last = readStanding(store, { since, backlogMax: limits.backlogMax + 1 })
      last.catch(() => {
        last = null
      })
    }
    return last
  }
}
