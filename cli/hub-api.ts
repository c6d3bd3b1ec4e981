import { limits } from '#config/limits.ts'
import { readEnvironment } from '#config/env.ts'
import { Fault } from '#core/errors/fault.ts'
import { UsageError } from './command.ts'

/** A running hub, as its administrator reaches it. */
export class HubApi {
  readonly #url: string
  readonly #key: string

  constructor(url: string, key: string) {
    this.#url = url.replace(/\/+$/, '')
    this.#key = key
  }

  /** By `--url` or CROSSDOCK_HUB_URL, with CROSSDOCK_ADMIN_KEY. Throws UsageError. */
  static of(url: string | undefined): HubApi {
    const { hubUrl, adminKey } = readEnvironment()
    if (adminKey === undefined) {
      throw new UsageError('Set CROSSDOCK_ADMIN_KEY to an admin key of the hub.')
    }
    const given = url ?? hubUrl ?? 'http://127.0.0.1:8080'
    if (!/^https?:$/.test(URL.parse(given)?.protocol ?? '')) {
      throw new UsageError('--url must be a URL such as http://127.0.0.1:8080.')
    }
    return new HubApi(given, adminKey)
  }

  /** The answer, whatever its status. Throws HUB_NOT_REACHED. */
  async ask(
    method: 'GET' | 'PUT',
    path: string,
    body?: { readonly type: string; readonly content: string | Uint8Array<ArrayBuffer> },
    accept = 'application/json',
  ): Promise<{ readonly status: number; readonly text: string }> {
    try {
      const answer = await fetch(this.#url + path, {
        method,
        headers: {
          accept,
          authorization: `Bearer ${this.#key}`,
          ...(body === undefined ? {} : { 'content-type': body.type }),
        },
        ...(body === undefined ? {} : { body: body.content }),
        redirect: 'error',
        signal: AbortSignal.timeout(limits.cli.answerTimeoutMs),
      })
      return { status: answer.status, text: await answer.text() }
    } catch (error) {
      throw new Fault('HUB_NOT_REACHED', { url: this.#url, reason: reasonOf(error) })
    }
  }
}

/** The fault of an answer that is none of those that were expected. */
export function answerFault({ status, text }: { status: number; text: string }): Fault {
  const problem = problemIn(text)
  return new Fault('HUB_ANSWERS', {
    status,
    says: problem?.detail ?? 'something that is no problem of a hub.',
    remedy: problem?.remedy ?? 'Look whether --url names the hub itself.',
  })
}

function problemIn(text: string): { detail: string; remedy: string } | null {
  try {
    const { detail, remedy } = JSON.parse(text) as { detail?: unknown; remedy?: unknown }
    return typeof detail === 'string' && typeof remedy === 'string' ? { detail, remedy } : null
  } catch {
    return null
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { cause } = error
  return cause instanceof Error && 'code' in cause ? String(cause.code) : error.message
}
