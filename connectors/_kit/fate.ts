import type { Answer, ErrorRule, Fate, NoAnswer } from './contract.ts'

/** What became of a call, with the words for whoever reads of it. */
export interface Verdict {
  readonly fate: Fate
  readonly code: string
  readonly says: string
  /** What the other side asks us to wait, in milliseconds. */
  readonly waitMs: number | null
}

/** Longest excerpt of an answer that is kept. */
const excerptMax = 300

/**
 * The fate of a call that got no answer. What was never connected was not sent; the rest is for the
 * rules.
 */
export function fateOfNoAnswer(rules: readonly ErrorRule[], how: NoAnswer): Verdict {
  if (how === 'not_connected') {
    return { fate: 'not_sent', code: 'not_connected', says: 'no connection', waitMs: null }
  }
  const rule = rules.find(({ status }) => status === 'timeout')
  const says = how === 'timeout' ? 'no answer in time' : 'the connection broke before an answer'
  return { fate: rule?.fate ?? 'unknown', code: how, says, waitMs: null }
}

/**
 * The fate of a call whose answer is no success. A status without a rule is unknown: nothing is
 * assumed.
 */
export function fateOfAnswer(
  rules: readonly ErrorRule[],
  answer: Answer,
  waitHeader: string,
): Verdict {
  const body = textOf(answer.body)
  const rule = rules.find(
    ({ status, says }) =>
      covers(status, answer.status) && (says === undefined || body.includes(says)),
  )
  return {
    fate: rule?.fate ?? 'unknown',
    code: `http_${answer.status}`,
    says: `${answer.status} ${body.slice(0, excerptMax)}`.trim(),
    waitMs: waitOf(answer.headers[waitHeader]),
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

/** Retry-After in seconds (RFC 9110 §10.2.3); a date is left to the schedule. */
function waitOf(header: string | undefined): number | null {
  return header !== undefined && /^\d{1,6}$/.test(header) ? Number(header) * 1000 : null
}
