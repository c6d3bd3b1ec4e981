import { limits } from '#config/limits.ts'
import type { FaultView } from '#core/errors/fault.ts'
import { sliceSet } from '#core/exchange/set-slice.ts'
import { allNeeds, learn, needing, nothingKnown, seenKey } from '#core/exchange/known.ts'
import type { Known, Needs, SeenKey } from '#core/exchange/known.ts'
import { peekX12 } from '#core/exchange/recognise.ts'
import { pairKey } from '#core/exchange/relationship.ts'
import { storeFault, wasUndone } from '#prisma/store/failures.ts'
import type { ClaimedMessage, Release } from '#prisma/store/receive-claim.ts'
import type { CommitResult } from '#prisma/store/receive-commit.ts'
import type { DecidedMessage } from '#prisma/store/receive-rows.ts'
import type { ComputeTask, ThreadAnswer } from '#workers/compute/task.ts'
import { mannerOf, notProcessed, parkMessage, parkSets, processDied } from './decide.ts'
import type { Manner } from './decide.ts'
import type { ReceiveEffects } from './effects.ts'

const bounds = limits.workers

/**
 * Takes what is due in hand once: claim, compute, commit (DESIGN §3). Answers whether more may be
 * due, so that the caller loops. Rejects when the database does; what was in hand is then given
 * back as soon as it answers again.
 */
export async function receive(effects: ReceiveEffects): Promise<boolean> {
  const claimed = await effects.claim()
  const [first] = claimed
  if (first === undefined) return false
  const { token } = first
  const renewal = setInterval(() => {
    effects.renew(token).catch(() => undefined)
  }, bounds.leaseRenewMs)
  try {
    const ends = { beforeAlone: bounds.uncleanEndsBeforeAlone, max: bounds.uncleanEndsMax }
    const manner = mannerOf(first.attempts, ends)
    const loose = await new Holding(token, effects).process(claimed, manner)
    return loose || manner !== 'batch' || isFull(claimed)
  } catch (error) {
    await effects.release(token, claimed.map(({ id }) => id), { clean: true, waitMs: 0 })
    throw error
  } finally {
    clearInterval(renewal)
    effects.done(token)
  }
}

/** A claim that stopped at one of its bounds left something behind. */
function isFull(claimed: readonly ClaimedMessage[]): boolean {
  const bytes = claimed.reduce((sum, message) => sum + (message.bytes?.length ?? 0), 0)
  return claimed.length === bounds.claimMessagesMax || bytes >= bounds.claimBytesMax
}

/** One claim while it is worked on. */
class Holding {
  readonly #token: string
  readonly #effects: ReceiveEffects

  constructor(token: string, effects: ReceiveEffects) {
    this.#token = token
    this.#effects = effects
  }

  /** Decides and commits these messages, piece by piece where large. True: some were given back. */
  async process(messages: readonly ClaimedMessage[], manner: Manner): Promise<boolean> {
    const work = await Promise.all(messages.map((message) => this.#workOn(message)))
    const { unfinished, loose } = await this.#step(work, manner)
    let given = loose
    for (const item of work) {
      if (unfinished.has(item.message.id)) given = (await this.#goOn(item, manner)) || given
    }
    return given
  }

  /**
   * Applies what is due of a message piece by piece. Pieces go up by position: a set that is due
   * again was left without effect and is parked with its piece, so that no message goes round for
   * ever. Where even that leaves it due, the message is given back for a while.
   */
  async #goOn(begun: Work, manner: Manner): Promise<boolean> {
    const message = { ...begun.message, status: 'working' as const }
    let triedUpTo = begun.positions.at(-1) ?? -1
    let parkedUpTo = -1
    let loose = false
    for (let left = true; left;) {
      const work = await this.#workOn(message)
      const first = work.positions.at(0)
      if (first === undefined || first <= parkedUpTo) {
        const later = { clean: true, waitMs: bounds.leaseMs } as const
        await this.#effects.release(this.#token, [message.id], later)
        return true
      }
      const isStuck = first <= triedUpTo
      triedUpTo = work.positions.at(-1) ?? first
      if (isStuck) parkedUpTo = triedUpTo
      const step = isStuck
        ? await this.#settle([parked(work, notProcessed('its sets were left without effect'))])
        : await this.#step([work], manner)
      left = step.unfinished.has(message.id)
      loose ||= step.loose
    }
    return loose
  }

  /** The next commit of these messages. */
  async #step(work: readonly Work[], manner: Manner): Promise<Step> {
    const settled = await this.#effects.loadSettled(work.map(({ message }) => message.id))
    const tasks: Tasked[] = []
    const decided: DecidedMessage[] = []
    for (const item of work) {
      const { message } = item
      if (message.unreadable !== null) decided.push(parked(item, notProcessed(message.unreadable)))
      else tasks.push({ ...item, message, task: taskOf(message, item.slices, settled) })
    }
    decided.push(...(await this.#compute(tasks, manner)))
    const step = await this.#settle(decided)
    return { ...step, loose: step.loose || decided.length < work.length }
  }

  async #settle(decided: readonly DecidedMessage[]): Promise<Step> {
    const { committed, unfinished } = await this.#commit(decided)
    return { unfinished: new Set(unfinished), loose: committed.length < decided.length }
  }

  async #workOn(message: ClaimedMessage): Promise<Work> {
    if (message.status === 'received') return { message, positions: [], slices: [] }
    const due = await this.#effects.loadDueSets(message.id)
    const { bytes, source } = message
    const isCut = bytes !== null && source === null
    return {
      message,
      positions: due.map(({ position }) => position),
      slices: isCut ? due.map((set) => sliceSet(bytes, set)) : [],
    }
  }

  async #compute(tasks: readonly Tasked[], manner: Manner): Promise<readonly DecidedMessage[]> {
    if (tasks.length === 0) return []
    let known = await this.#foresee(tasks)
    let open = tasks
    const decided: DecidedMessage[] = []
    for (let round = 0; open.length > 0; round++) {
      const answers = await this.#run(open, known, manner)
      if (answers === null) return decided
      const needs: Needs[] = []
      const unanswered: Tasked[] = []
      for (const [index, item] of open.entries()) {
        const answer = answers[index]
        if (answer?.is === 'needs' && round < bounds.needsRoundsMax) {
          needs.push(answer.needs)
          unanswered.push(item)
        } else {
          decided.push(decisionOf(item, answer))
        }
      }
      open = unanswered
      if (open.length > 0) known = learn(known, await this.#effects.loadKnown(allNeeds(needs)))
    }
    return decided
  }

  /**
   * Looks up what a run will ask for first: who its first interchange is from, and whether it came
   * before; of a record, the trade it belongs to.
   */
  async #foresee(tasks: readonly Tasked[]): Promise<Known> {
    const trades = tasks.flatMap(({ message: { source } }) => (source === null ? [] : [source]))
    const peeked = tasks.flatMap(({ message, slices }) => {
      if (message.source !== null) return []
      if (message.status === 'received') return peekX12(message.bytes) ?? []
      return slices[0] === undefined ? [] : { pair: slices[0].pair, control: null }
    })
    const pairs = new Map(peeked.map(({ pair }) => [pairKey(pair), pair]))
    const known = await this.#effects.loadKnown(needing({ pairs: [...pairs.values()], trades }))
    const seen = new Map<string, SeenKey>()
    for (const { pair, control } of peeked) {
      for (const { id } of known.relationships.get(pairKey(pair)) ?? []) {
        if (control === null) continue
        const key = { relationshipId: id, control }
        seen.set(seenKey(key), key)
      }
    }
    return learn(known, await this.#effects.loadKnown(needing({ seen: [...seen.values()] })))
  }

  /**
   * Null where the computing ended without an answer and the messages were given back or parked for
   * it.
   */
  async #run(
    items: readonly Tasked[],
    known: Known,
    manner: Manner,
  ): Promise<readonly ThreadAnswer[] | null> {
    const tasks = items.map(({ task }) => ({ ...task, known }))
    const [first] = tasks
    const [{ message }] = items as readonly [Tasked]
    if (manner === 'park') return [died(message.attempts - 1, message.ended ?? 'the hub ended')]
    if (manner === 'alone_in_process' && first !== undefined) {
      return [await this.#runAlone(message, first)]
    }
    try {
      return await this.#effects.computeBatch(tasks)
    } catch (error) {
      const ids = items.map((item) => item.message.id)
      await this.#effects.release(this.#token, ids, { clean: false, ended: says(error) })
      return null
    }
  }

  /** The child alone can end by this message now: an end of the hub meanwhile is not counted. */
  async #runAlone(message: ClaimedMessage, task: ComputeTask): Promise<ThreadAnswer> {
    await this.#effects.countEnds(this.#token, message.id, -1)
    const answer = await this.#effects.computeAlone(task).catch((error: unknown) =>
      died(message.attempts, says(error)))
    await this.#effects.countEnds(this.#token, message.id, 1)
    return answer
  }

  /** Commits all together, and one by one where that fails. */
  async #commit(decided: readonly DecidedMessage[]): Promise<Committed> {
    if (decided.length === 0) return nothingCommitted
    try {
      return await this.#commitTogether(decided)
    } catch (error) {
      if (decided.length === 1) return this.#commitFailed(decided, error)
    }
    const results: Committed[] = []
    for (const one of decided) {
      results.push(await this.#commitTogether([one]).catch((error: unknown) =>
        this.#commitFailed([one], error)))
    }
    return {
      committed: results.flatMap(({ committed }) => committed),
      unfinished: results.flatMap(({ unfinished }) => unfinished),
    }
  }

  async #commitTogether(decided: readonly DecidedMessage[]): Promise<Committed> {
    const { committed, unfinished, stale, early } = await this.#effects.commit(this.#token, decided)
    if (committed.length > 0) {
      this.#effects.ring('envelope')
      this.#effects.ring('deliver')
    }
    const again = { clean: true, waitMs: 0 } as const
    if (stale.length > 0) await this.#effects.release(this.#token, stale, again)
    if (early.length > 0) {
      const later = { clean: true, waitMs: bounds.earlyRepeatWaitMs } as const
      await this.#effects.release(this.#token, early, later)
    }
    return { committed, unfinished }
  }

  /**
   * What the database refuses by itself is kept counted, so that it cannot come round for ever; so
   * is what it cannot do in its time. That it is away, or that others held what the commit needed,
   * says nothing about the message.
   */
  async #commitFailed(decided: readonly DecidedMessage[], error: unknown): Promise<Committed> {
    const failure = storeFault(error)?.code
    if (failure === 'DATABASE_UNAVAILABLE' || failure === 'DISK_FULL') throw error
    const ids = decided.map(({ messageId }) => messageId)
    const lostARace = failure === 'DATABASE_BUSY' && wasUndone(error)
    const release: Release = lostARace
      ? { clean: true, waitMs: bounds.busyRepeatWaitMs }
      : { clean: false, ended: says(error) }
    await this.#effects.release(this.#token, ids, release)
    return nothingCommitted
  }
}

type Committed = Pick<CommitResult, 'committed' | 'unfinished'>

const nothingCommitted: Committed = { committed: [], unfinished: [] }

/** What one commit left to do. */
interface Step {
  /** Messages with due sets left. */
  readonly unfinished: ReadonlySet<string>
  /** Some were given back, or were in other hands. */
  readonly loose: boolean
}

interface Work {
  readonly message: ClaimedMessage
  /** Positions and slices of due sets, where the verdict stands. */
  readonly positions: readonly number[]
  readonly slices: readonly ReturnType<typeof sliceSet>[]
}

interface Tasked extends Work {
  readonly message: ReadableMessage
  readonly task: ComputeTask
}

type ReadableMessage = Extract<ClaimedMessage, { readonly unreadable: null }>

function taskOf(
  message: ReadableMessage,
  slices: Work['slices'],
  settled: ReadonlyMap<string, ReadonlySet<number>>,
): ComputeTask {
  const base = {
    messageId: message.id, known: nothingKnown, receivedAtMs: message.receivedAt.getTime(),
  }
  const { bytes, source } = message
  if (source !== null) {
    return { ...base, do: 'record', bytes, source, judged: message.status === 'working' }
  }
  if (message.status === 'working') return { ...base, do: 'apply', slices }
  return {
    ...base,
    do: 'judge',
    bytes,
    senderPartnerId: message.senderPartnerId,
    settled: settled.get(message.id) ?? new Set(),
    applyMax: bounds.setsPerPieceMax,
  }
}

function decisionOf(item: Tasked, answer: ThreadAnswer | undefined): DecidedMessage {
  const messageId = item.message.id
  if (answer?.is === 'decided') {
    return { messageId, judgement: answer.judgement, effects: answer.effects }
  }
  const fault =
    answer?.is === 'died'
      ? processDied(answer.times, answer.how)
      : notProcessed(answer?.is === 'failed' ? answer.reason : 'its look-ups never ended')
  return parked(item, fault)
}

/** Parks what is due of it: the sets, or all of it where no verdict stands. */
function parked({ message, positions }: Work, fault: FaultView): DecidedMessage {
  const messageId = message.id
  return message.status === 'working'
    ? { messageId, judgement: null, effects: parkSets(positions, fault) }
    : { messageId, judgement: parkMessage(fault), effects: [] }
}

function died(times: number, how: string): ThreadAnswer {
  return { is: 'died', times, how }
}

function says(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
