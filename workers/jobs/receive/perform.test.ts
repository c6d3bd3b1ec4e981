import { describe, expect, test } from 'vitest'
import { needing, nothingKnown } from '#core/exchange/known.ts'
import type { ClaimedMessage, Release } from '#prisma/store/receive-claim.ts'
import type { SetEffect } from '#core/exchange/outcome.ts'
import type { DecidedMessage } from '#prisma/store/receive-rows.ts'
import type { DueSet } from '#prisma/store/receive-standing.ts'
import { orderMessage } from '#test/support/edi.ts'
import type { ComputeTask, ThreadAnswer } from '#workers/compute/task.ts'
import type { ReceiveEffects } from './effects.ts'
import { receive } from './perform.ts'

function message(id: string, attempts = 1) {
  return {
    id, token: 't', attempts, ended: null, status: 'received', receivedAt: new Date(0),
    senderPartnerId: null, source: null, bytes: Buffer.from(id), unreadable: null,
  } as const
}

const decided: ThreadAnswer = {
  is: 'decided', effects: [],
  judgement: { standard: 'x12', interchanges: [], faults: [], park: null },
}
const asking: ThreadAnswer = { is: 'needs', needs: needing({}) }

interface Changes {
  readonly answer?: (task: ComputeTask) => ThreadAnswer
  readonly commit?: (ids: readonly string[]) => void
  /** Positions of the due sets; a commit settles those it has effects for, or none. */
  readonly due?: readonly number[]
  readonly settles?: (effect: SetEffect) => boolean
}

function dueSet(position: number): DueSet {
  return {
    position, type: '850', verdict: 'accepted', insisted: false, release: '004010', byte: 0,
    length: 0, groupByte: 0, interchangeByte: 0,
    pair: { standard: 'x12', theirQualifier: 'ZZ', theirId: 'A', ourQualifier: 'ZZ', ourId: 'B' },
    stream: 'test',
  }
}

/** Receives these messages with effects that only note what was done. */
async function run(claimed: readonly ClaimedMessage[], changes: Changes = {}) {
  const { answer = () => decided, commit = () => undefined, settles = () => true } = changes
  let due = changes.due ?? []
  const done: string[] = []
  const parked = new Map<string, string>()
  const note = (did: string, ids: readonly string[]): void => void done.push(`${did} ${ids.join()}`)
  const release = async (_: string, ids: readonly string[], how: Release): Promise<void> =>
    note(how.clean ? 'release' : 'count', ids)
  const effects: ReceiveEffects = {
    claim: async () => claimed,
    renew: async () => undefined,
    loadSettled: async () => new Map(),
    loadDueSets: async () => due.slice(0, 2).map(dueSet),
    loadKnown: async () => nothingKnown,
    computeBatch: async (tasks) => tasks.map(answer),
    computeAlone: async (task) => answer(task),
    countEnds: async (_, id, by) => note(by < 0 ? 'uncount' : 'count', [id]),
    commit: async (_, messages: readonly DecidedMessage[]) => {
      const ids = messages.map(({ messageId }) => messageId)
      commit(ids)
      note('commit', ids)
      for (const { messageId, judgement } of messages) {
        if (judgement?.park) parked.set(messageId, judgement.park.fault.code)
      }
      for (const { messageId, effects } of messages) {
        for (const effect of effects.filter(settles)) {
          due = due.filter((position) => position !== effect.position)
          if (effect.do === 'park') {
            parked.set(`${messageId} ${effect.position}`, effect.park.fault.code)
          }
        }
      }
      return { committed: ids, unfinished: due.length > 0 ? ids : [], stale: [], early: [] }
    },
    release,
    ring: () => undefined,
    done: () => note('done', []),
  }
  const more = await receive(effects).catch((error: unknown) => (error as Error).message)
  return { done: done.map((one) => one.trim()), parked: Object.fromEntries(parked), more }
}

/** What `pg` throws where the server refused, and where it went away. */
const refused = Object.assign(new Error('no such value'), { code: '22003' })
const deadlock = Object.assign(new Error('deadlock detected'), { code: '40P01' })
const tooSlow = Object.assign(new Error('statement timeout'), { code: '57014' })
const gone = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })

test('nothing due, nothing done', async () => {
  expect(await run([])).toEqual({ done: [], parked: {}, more: false })
})

test('what is decided is committed together', async () => {
  expect(await run([message('a'), message('b')]))
    .toEqual({ done: ['commit a,b', 'done'], parked: {}, more: false })
})

describe('a commit that fails', () => {
  test('is tried one by one, and counts against the one that fails alone', async () => {
    const commit = (ids: readonly string[]): void => {
      if (ids.includes('b')) throw refused
    }
    expect(await run([message('a'), message('b'), message('c')], { commit })).toEqual({
      done: ['commit a', 'count b', 'commit c', 'done'], parked: {}, more: true,
    })
  })

  test('for what others held gives it back uncounted, to be tried again', async () => {
    const commit = (): void => {
      throw deadlock
    }
    expect(await run([message('a')], { commit }))
      .toEqual({ done: ['release a', 'done'], parked: {}, more: true })
  })

  test('for its time counts against the message', async () => {
    const commit = (): void => {
      throw tooSlow
    }
    expect(await run([message('a')], { commit }))
      .toEqual({ done: ['count a', 'done'], parked: {}, more: true })
  })

  test('because the database is away gives all back, uncounted', async () => {
    const commit = (): void => {
      throw gone
    }
    expect(await run([message('a'), message('b')], { commit })).toEqual({
      done: ['release a,b', 'done'], parked: {}, more: 'connect ECONNREFUSED',
    })
  })
})

describe('a run that does not answer', () => {
  test('counts against all that were in it', async () => {
    const answer = (): ThreadAnswer => {
      throw new Error('out of memory')
    }
    expect(await run([message('a'), message('b')], { answer }))
      .toEqual({ done: ['count a,b', 'done'], parked: {}, more: true })
  })

  test('in a process of its own parks the message', async () => {
    const answer = (): ThreadAnswer => {
      throw new Error('killed by SIGKILL')
    }
    expect(await run([message('a', 3)], { answer })).toEqual({
      done: ['uncount a', 'count a', 'commit a', 'done'], parked: { a: 'PROCESS_DIED' }, more: true,
    })
  })

  test('too often is not begun again', async () => {
    const answer = (): ThreadAnswer => {
      throw new Error('it is run')
    }
    const { parked } = await run([message('a', 9)], { answer })
    expect(parked).toEqual({ a: 'PROCESS_DIED' })
  })
})

test.each<[name: string, answer: ThreadAnswer]>([
  ['a defect of ours', { is: 'failed', reason: 'TypeError' }],
  ['asking without end', asking],
])('%s parks that message alone', async (_, bad) => {
  const answer = (task: ComputeTask): ThreadAnswer => (task.messageId === 'b' ? bad : decided)
  expect(await run([message('a'), message('b')], { answer }))
    .toMatchObject({ parked: { b: 'NOT_PROCESSED' }, more: false })
})

test('what cannot be read is parked unrun, and the others go on', async () => {
  const lost = { ...message('b'), bytes: null, unreadable: 'it has lost part 2' }
  expect(await run([message('a'), lost])).toMatchObject({
    done: ['commit b,a', 'done'], parked: { b: 'NOT_PROCESSED' }, more: false,
  })
})

describe('sets that are left due', () => {
  const order = { ...message('a'), bytes: Buffer.from(orderMessage(1, 'PO-1')) }

  test('without an effect are parked, piece by piece', async () => {
    expect(await run([order], { due: [0, 1, 2] })).toMatchObject({
      parked: { 'a 0': 'NOT_PROCESSED', 'a 1': 'NOT_PROCESSED', 'a 2': 'NOT_PROCESSED' },
      more: false,
    })
  })

  test('even by that are given back for a while', async () => {
    expect(await run([order], { due: [0, 1, 2], settles: () => false })).toMatchObject({
      done: ['commit a', 'commit a', 'commit a', 'release a', 'done'], more: true,
    })
  })
})
