import type { Answer, ErrorRule, Fate, NoAnswer } from './contract.ts'
import { waitMsOf } from './wait.ts'

/** What became of a call, with the words for whoever reads of it. */
export interface Verdict {
  readonly fate: Fate
  readonly code: string
  readonly says: string
  /** What the other side asks us to wait, in milliseconds. */
  readonly waitMs: number | null
  /** Of the answer; null where there was none. */
  readonly httpStatus: number | null
  /** What a person does about it, where the usual advice does not serve. */
  readonly remedy: string | null
}

/** Longest excerpt of an answer that is kept. */
const excerptMax = 300

/**
 * The fate of a call that got no answer. What was never connected was not sent; the rest is for the
 * rules.
 */
export function fateOfNoAnswer(rules: readonly ErrorRule[], how: NoAnswer): Verdict {
  if (how === 'not_connected') return failed('not_sent', how, 'no connection')
  const rule = rules.find(({ status }) => status === 'timeout')
  const says = how === 'timeout' ? 'no answer in time' : 'the connection broke before an answer'
  return failed(rule?.fate ?? 'unknown', how, says)
}

/** A verdict of ours, where no answer speaks. */
export function failed(fate: Fate, code: string, says: string): Verdict {
  return { fate, code, says, waitMs: null, httpStatus: null, remedy: null }
}

/**
 * The fate of a call whose answer is no success; null where it is one. Rules are asked first, for
 * an error may come with a 200. A status without a rule that is no success is unknown: nothing is
 * assumed.
 */
export function fateOfAnswer(
  rules: readonly ErrorRule[],
  answer: Answer,
  waitHeader: string,
  nowMs: number,
): Verdict | null {
  const { status, headers } = answer
  const body = textOf(answer.body)
  const rule = rules.find((one) =>
    covers(one.status, status) && (one.says === undefined || body.includes(one.says)))
  if (rule === undefined && status >= 200 && status < 300) return null
  return {
    fate: rule?.fate ?? 'unknown',
    code: `http_${status}`,
    says: `${status} ${body.slice(0, excerptMax)}`.trim(),
    waitMs: waitMsOf(headers[waitHeader], nowMs),
    httpStatus: status,
    remedy: rule?.remedy ?? null,
  }
}

/** What a rule's `says` is looked for in, and what is excerpted. */
function textOf(body: unknown): string {
  if (body === undefined) return ''
  return typeof body === 'string' ? body : JSON.stringify(body)
}

function covers(rule: ErrorRule['status'], status: number): boolean {
  if (rule === '4xx') return status >= 400 && status < 500
  if (rule === '5xx') return status >= 500
  return rule === status
}
