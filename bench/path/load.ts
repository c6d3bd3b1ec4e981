import { Agent, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

import { drawFrom } from '../report/random.ts'
import { interchangeOf } from './orders.ts'

/** What one run posts, and how fast. */
export interface LoadPlan {
  readonly url: string
  readonly key: string
  readonly seed: number
  /** Starts the order numbers of this run. */
  readonly prefix: string
  /** Control numbers count on from here. */
  readonly interchange: number
  readonly posts: number
  readonly setsPerPost: number
  /** Connections, each with one post under way. */
  readonly clients: number
  /** Null: as fast as the door takes them. */
  readonly postsPerSecond: number | null
}

export interface LoadReport {
  /** When the first post was due and when the last one was answered, since 1970. */
  readonly startedMs: number
  readonly endedMs: number
  /** Per post, from when it was due: a post that waits for a free connection has begun to wait. */
  readonly latenciesMs: readonly number[]
  /** Answers that were not a 202, by status; such a post is sent again. */
  readonly refusals: Readonly<Record<string, number>>
  readonly bytes: number
  readonly cpuSeconds: number
}

process.once('message', (plan: LoadPlan) => {
  void run(plan).then((report) => {
    process.send?.(report, undefined, undefined, () => process.disconnect())
  })
})
process.once('disconnect', () => process.exit(0))

async function run(plan: LoadPlan): Promise<LoadReport> {
  const draw = drawFrom(plan.seed)
  const bodies = Array.from({ length: plan.posts }, (_, index) =>
    interchangeOf(plan.setsPerPost, {
      prefix: plan.prefix,
      interchange: plan.interchange + index,
      order: index * plan.setsPerPost + 1,
    }, draw))
  const agent = new Agent({ keepAlive: true, maxSockets: plan.clients })
  const latenciesMs: number[] = []
  const refusals: Record<string, number> = {}
  const cpu = process.cpuUsage()
  const startedMs = Date.now()
  const begin = performance.now()
  let next = 0
  await Promise.all(Array.from({ length: plan.clients }, async () => {
    for (let index = next++; index < bodies.length; index = next++) {
      const body = bodies[index] ?? Buffer.alloc(0)
      const dueMs =
        plan.postsPerSecond === null
          ? performance.now() - begin
          : (index / plan.postsPerSecond) * 1_000
      const waitMs = dueMs - (performance.now() - begin)
      if (waitMs > 0) await sleep(waitMs)
      await postUntilTaken(plan, agent, body, refusals)
      latenciesMs.push(performance.now() - begin - dueMs)
    }
  }))
  const endedMs = Date.now()
  agent.destroy()
  const { user, system } = process.cpuUsage(cpu)
  return {
    startedMs, endedMs, latenciesMs, refusals,
    bytes: bodies.reduce((sum, body) => sum + body.length, 0),
    cpuSeconds: (user + system) / 1e6,
  }
}

const refusedWaitMs = 50

async function postUntilTaken(
  plan: LoadPlan,
  agent: Agent,
  body: Buffer,
  refusals: Record<string, number>,
): Promise<void> {
  for (;;) {
    const status = await post(plan, agent, body)
    if (status === 202) return
    refusals[status] = (refusals[status] ?? 0) + 1
    await sleep(refusedWaitMs)
  }
}

function post(plan: LoadPlan, agent: Agent, body: Buffer): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const posting = request(`${plan.url}/v1/messages`, {
    agent,
    method: 'POST',
    headers: {
      'authorization': `Bearer ${plan.key}`,
      'content-type': 'application/edi-x12',
      'content-length': body.length,
    },
  }, (answer) => {
    answer.resume()
    answer.once('end', () => resolve(answer.statusCode ?? 0))
    answer.once('error', reject)
  })
  posting.once('error', reject)
  posting.end(body)
  return promise
}
