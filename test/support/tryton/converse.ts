import { addressOf } from '#connectors/_kit/address.ts'
import type { Answer, Call, Connector, Conversation } from '#connectors/_kit/contract.ts'
import { fateOfAnswer, fateOfNoAnswer } from '#connectors/_kit/fate.ts'
import type { Verdict } from '#connectors/_kit/fate.ts'

/** One call that was made, with what was answered. */
export interface Exchange {
  readonly call: Call
  readonly answer: Answer
}

/** A call whose answer was none, or was an error by the connector's rules. */
export class CallFailed extends Error {
  readonly verdict: Verdict

  constructor(verdict: Verdict) {
    super(verdict.says)
    this.verdict = verdict
  }
}

/** The conversation was broken off on purpose. */
export class BrokenOff extends Error {}

export interface Wire {
  readonly connector: Connector
  readonly settings: Readonly<Record<string, unknown>>
  readonly password: string
  /** Told of each exchange. */
  readonly heard?: (exchange: Exchange) => void
  /** Asked before each call, and again when it was answered: what it throws ends it there. */
  readonly before?: (call: Call) => Promise<void> | void
  readonly after?: (call: Call) => Promise<void> | void
}

/** Performs a conversation as the kit does, with nothing between the test and the wire. */
export async function perform<Output>(
  conversation: Conversation<Output>,
  wire: Wire,
): Promise<Output> {
  let turn = conversation.next()
  while (turn.done !== true) {
    const call = turn.value
    await wire.before?.(call)
    const answer = await answerTo(call, wire)
    wire.heard?.({ call, answer })
    await wire.after?.(call)
    turn = conversation.next(answer)
  }
  return turn.value
}

async function answerTo({ plan }: Call, { connector, settings, password }: Wire): Promise<Answer> {
  const { auth, errors, limits } = connector
  if (auth.kind !== 'basic') throw new Error('this is for connectors with basic authentication')
  const login = `${String(settings[auth.user])}:${password}`
  const request = fetch(addressOf(connector, settings, '', plan), {
    method: plan.method,
    headers: {
      'content-type': 'application/json',
      authorization: `Basic ${Buffer.from(login).toString('base64')}`,
    },
    body: JSON.stringify(plan.json),
  })
  const response = await request.catch((error: unknown) => {
    const code = ((error as Error).cause as { code?: string } | undefined)?.code
    const how = code === 'ECONNREFUSED' ? 'not_connected' : 'broken'
    throw new CallFailed(fateOfNoAnswer(errors, how))
  })
  const text = await response.text()
  const json = (response.headers.get('content-type') ?? '').includes('json')
  const body: unknown = json ? JSON.parse(text) : text
  const answer = { status: response.status, headers: Object.fromEntries(response.headers), body }
  const verdict = fateOfAnswer(errors, answer, limits.waitHeader, Date.now())
  if (verdict !== null) throw new CallFailed(verdict)
  return answer
}
