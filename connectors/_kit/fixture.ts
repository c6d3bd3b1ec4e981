import type { Answer, Call, Content, Conversation, RequestPlan } from './contract.ts'

/** A request as a fixture holds it: bytes are text there, one character a byte. */
export interface RecordedRequest {
  readonly method: string
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly json?: unknown
  readonly body?: RecordedContent
}

export interface RecordedContent {
  readonly contentType: string
  readonly text: string
}

/** One call of a conversation with what it was answered. */
export interface RecordedExchange {
  readonly effect: Call['effect']
  readonly request: RecordedRequest
  readonly answer: Answer
}

/** A plan as a fixture holds it. */
export function recorded(plan: RequestPlan): unknown {
  const { body, ...rest } = plan
  const text = body && { body: { ...body, bytes: undefined, text: textOf(body) } }
  return JSON.parse(JSON.stringify({ ...rest, ...text }))
}

/** What a fixture holds as the bytes that an operation takes. */
export function contentIn({ contentType, text }: RecordedContent): Content {
  return { contentType, bytes: Buffer.from(text, 'latin1') }
}

function textOf({ bytes }: Content): string {
  return Buffer.from(bytes).toString('latin1')
}

/**
 * Plays recorded answers to a conversation: what it asked, in order, and what came of it. Throws
 * where it asks for more than was recorded.
 */
export function play<Output>(
  conversation: Conversation<Output>,
  exchanges: readonly Pick<RecordedExchange, 'answer'>[],
): { readonly asked: readonly unknown[]; readonly output: Output } {
  const asked: unknown[] = []
  let turn = conversation.next()
  while (turn.done !== true) {
    const { effect, plan } = turn.value
    const exchange = exchanges[asked.length]
    asked.push({ effect, request: recorded(plan) })
    if (exchange === undefined) throw new Error(`call ${asked.length} was not recorded`)
    turn = conversation.next(exchange.answer)
  }
  return { asked, output: turn.value }
}
