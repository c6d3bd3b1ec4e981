import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { connectors } from '#connectors/index.ts'
import type { Connector } from '#connectors/_kit/contract.ts'
import { limits } from '#config/limits.ts'
import { openIntake } from '#prisma/store/intake.ts'
import type { Intake } from '#prisma/store/intake.ts'
import { newId } from '#prisma/store/ids.ts'
import type { Store } from '#prisma/store/index.ts'
import { takeOverLeases } from '#prisma/store/receive-claim.ts'
import { loadDueSets } from '#prisma/store/receive-standing.ts'
import { seedSandbox } from '#prisma/store/sandbox-seed.ts'
import type { CrossReferenceSeed } from '#prisma/store/sandbox-seed.ts'
import { Computer } from '#workers/compute/compute.ts'
import type { ComputePool } from '#workers/compute/pool.ts'
import type { ThreadAnswer } from '#workers/compute/task.ts'
import { CallMemory, callEffects } from '#workers/calls/effects.ts'
import type { Called, HttpCall } from '#workers/effects/http.ts'
import { MappingShelf } from '#workers/effects/mappings.ts'
import { deliverEffects } from '#workers/jobs/deliver/effects.ts'
import { Deliverer } from '#workers/jobs/deliver/run.ts'
import { envelopeDue, envelopeEffects } from '#workers/jobs/envelope/perform.ts'
import { receiveEffects } from '#workers/jobs/receive/effects.ts'
import { receive } from '#workers/jobs/receive/perform.ts'
import { startTestStore } from './database.ts'
import { Crash, Mortality } from './mortality.ts'
import type { Death } from './mortality.ts'

const shelf = new MappingShelf()

/** An ERP that books every sale it is sent and protects itself from nothing. */
class FakeErp {
  readonly sales: { readonly id: string; readonly reference: string }[] = []
  lookUps = 0

  async call({ url, plan }: HttpCall): Promise<Called> {
    if (plan.method === 'POST') {
      const sale = { ...(plan.json as { reference: string }), id: newId() }
      this.sales.push(sale)
      return answer(201, sale)
    }
    this.lookUps += 1
    const wanted = new URL(url).searchParams.get('reference')
    return answer(200, { items: this.sales.filter(({ reference }) => reference === wanted) })
  }

  salesOf(reference: string): number {
    return this.sales.filter((sale) => sale.reference === reference).length
  }
}

function answer(status: number, body: unknown): Called {
  return { is: 'answer', answer: { status, headers: {}, body } }
}

/** Pieces so small that a handful of sets is applied in several commits. */
export interface Pieces {
  readonly setsMax: number
}

/** The sandbox on a real database, with all jobs run by hand and a fake ERP. */
export class World {
  readonly store: Store
  readonly erp = new FakeErp()
  readonly #intake: Intake
  readonly #apiKeyId: string
  readonly #stop: () => Promise<void>
  readonly #computer = new Computer((name) => shelf.get(name))
  /** How far the workers' clock is ahead. */
  #aheadMs = 0

  private constructor(store: Store, apiKeyId: string, stop: () => Promise<void>) {
    this.store = store
    this.#apiKeyId = apiKeyId
    this.#stop = stop
    this.#intake = openIntake(store, limits.api)
  }

  static async open(): Promise<World> {
    const database = await startTestStore()
    const { store } = database
    await seedSandbox(store, readCrossReferences())
    const { id } = await store.prisma.apiKey.create({
      data: { id: newId(), name: 'test', role: 'admin', hash: randomBytes(32) },
    })
    return new World(store, id, () => database.stop())
  }

  async close(): Promise<void> {
    await this.#stop()
  }

  /** Takes a message in as the API does; answers its id. */
  async post(text: string): Promise<string> {
    const taken = await this.#intake.take(bodyOf(text), {
      apiKeyId: this.#apiKeyId,
      partnerId: null,
      contentType: 'application/edi-x12',
      idempotencyKey: null,
      receivedAt: new Date(),
    })
    return taken.id
  }

  /**
   * One life of the workers: all jobs in turn until nothing is due. Throws Crash where it was to
   * die and did; whoever comes next takes its leases over. Answers how many effects there were.
   */
  async live(death: Death | null = null, options: Partial<LifeOptions> = {}): Promise<number> {
    await takeOverLeases(this.store)
    return new Life(this, this.#computer, death, { connectors, ...options }).run()
  }

  nowMs(): number {
    return Date.now() + this.#aheadMs
  }

  /** Lets what waits be due, as if its time had come. */
  async skipWaits(): Promise<void> {
    this.#aheadMs += waitMs
    await this.store.pool.query('UPDATE message_work SET next_at = now() WHERE next_at > now()')
    await this.store.pool.query(
      `UPDATE delivery_work SET next_at = now() WHERE next_at > now() AND status <> 'parked'`,
    )
  }

  /** Rows of work that is not done; parked deliveries are. */
  async openWork(): Promise<number> {
    return this.count(`SELECT (SELECT count(*) FROM message_work)
      + (SELECT count(*) FROM outgoing_work)
      + (SELECT count(*) FROM delivery_work WHERE status <> 'parked') AS count`)
  }

  async count(sql: string, values: unknown[] = []): Promise<number> {
    const { rows } = await this.store.pool.query<{ count: string }>(sql, values)
    return Number(rows[0]?.count)
  }
}

/** Longer than the ERP's look-up takes to be believed. */
const waitMs = 2_000

export interface LifeOptions {
  readonly connectors: ReadonlyMap<string, Connector>
  readonly pieces: Pieces
}

const roundsMax = 100

/** The jobs of one process, each of whose effects may be its last. */
class Life {
  readonly #world: World
  readonly #mortality: Mortality
  readonly #receive: ReturnType<typeof receiveEffects>
  readonly #envelope: ReturnType<typeof envelopeEffects>
  readonly #deliverer: Deliverer
  #rung = false

  constructor(
    world: World,
    computer: Computer,
    death: Death | null,
    options: Pick<LifeOptions, 'connectors'> & Partial<LifeOptions>,
  ) {
    this.#world = world
    this.#mortality = new Mortality(death)
    const { store, erp } = world
    const ring = (): void => {
      this.#rung = true
    }
    const pool = inThisThread(computer, options.pieces)
    const receiving = inPieces(receiveEffects(store, pool, ring), store, options.pieces)
    this.#receive = this.#mortality.mortal(receiving)
    this.#envelope = this.#mortality.mortal(envelopeEffects(store, ring))
    const http = { call: (call: HttpCall) => erp.call(call), close: () => undefined }
    const calls = callEffects(store, http, 'http://127.0.0.1:1', new CallMemory())
    const delivering = this.#mortality.mortal(deliverEffects(store, calls, options.connectors))
    this.#deliverer = new Deliverer(
      options.connectors,
      { ...delivering, nowMs: () => world.nowMs() },
      (error) => {
        if (!(error instanceof Crash)) throw error
      },
      () => undefined,
    )
  }

  /** Whatever a job makes of its end, it is Crash that is thrown. */
  async run(): Promise<number> {
    try {
      return await this.#work()
    } catch (error) {
      throw this.#mortality.died ? new Crash() : error
    }
  }

  async #work(): Promise<number> {
    for (let round = 0; round < roundsMax; round++) {
      const received = await receive(this.#receive)
      const enveloped = await envelopeDue(this.#envelope)
      const delivered = await this.#deliverer.deliverDue()
      await this.#deliverer.finish(new AbortController().signal)
      if (this.#mortality.died) throw new Crash()
      if (this.#takeRing() || received || enveloped || delivered) continue
      if ((await this.#world.openWork()) === 0) return this.#mortality.effects
      await this.#world.skipWaits()
    }
    throw new Error(`work is left after ${roundsMax} rounds`)
  }

  #takeRing(): boolean {
    const rung = this.#rung
    this.#rung = false
    return rung
  }
}

/** Computing as the threads do it, without the threads: what crosses over is copied. */
function inThisThread(computer: Computer, pieces?: Pieces): ComputePool {
  const alone: ComputePool['alone'] = async (task) => {
    const copy = structuredClone(task)
    if (copy.do !== 'judge' || pieces === undefined) return computer.compute(copy)
    return computer.compute({ ...copy, applyMax: pieces.setsMax })
  }
  return {
    alone,
    batch: async (tasks) => {
      const answers: ThreadAnswer[] = []
      for (const task of tasks) answers.push(await alone(task))
      return answers
    },
    close: async () => undefined,
  }
}

function inPieces(
  effects: ReturnType<typeof receiveEffects>,
  store: Store,
  pieces?: Pieces,
): ReturnType<typeof receiveEffects> {
  if (pieces === undefined) return effects
  return { ...effects, loadDueSets: (messageId) => loadDueSets(store, messageId, pieces.setsMax) }
}

async function* bodyOf(text: string): AsyncIterable<Buffer> {
  yield Buffer.from(text, 'latin1')
}

function readCrossReferences(): CrossReferenceSeed {
  const file = join(import.meta.dirname, '../../mappings/sandbox/cross-references.yaml')
  return parse(readFileSync(file, 'utf8')) as CrossReferenceSeed
}
