import type { Prover } from '#connectors/_kit/auth.ts'
import type { OAuth2Client, RequestPlan } from '#connectors/_kit/contract.ts'
import { failed } from '#connectors/_kit/fate.ts'
import type { Verdict } from '#connectors/_kit/fate.ts'
import { tokenIn, tokenOwner, tokenRequest, tokenServes } from '#connectors/_kit/oauth2.ts'
import type { AccessToken } from '#connectors/_kit/oauth2.ts'
import type { CallEffects } from './effects.ts'
import type { CallResult } from './result.ts'

/** Who wants a token, and how it is asked for. */
export interface TokenSubject {
  readonly auth: OAuth2Client
  readonly prover: Prover
  readonly endpointId: string
  readonly post: (url: string, plan: RequestPlan) => Promise<CallResult>
}

/**
 * A token that serves and is not the one that was refused: the one this process holds, the one that
 * another worker put into the store, or a new one for all. Without one nothing can be sent, so
 * nothing was.
 */
export async function accessToken(
  subject: TokenSubject,
  refused: string | null,
  effects: CallEffects,
): Promise<AccessToken | Verdict> {
  const { auth, prover, endpointId } = subject
  const of = tokenOwner(auth, prover)
  const serves = (token: AccessToken | null): token is AccessToken =>
    token?.value !== refused && tokenServes(token, of, effects.nowMs(), auth.refreshEarlySeconds)
  const held = effects.memory.tokens.get(endpointId) ?? null
  if (serves(held)) return held
  const stored = await effects.loadToken(endpointId)
  const token = serves(stored) ? stored : await fetchOnce(subject, of, effects)
  if (!('fate' in token)) effects.memory.tokens.set(endpointId, token)
  return token
}

/** Those who want one at the same time get the same one. */
async function fetchOnce(
  subject: TokenSubject,
  of: string,
  effects: CallEffects,
): Promise<AccessToken | Verdict> {
  const { tokensFetched } = effects.memory
  const underWay = tokensFetched.get(of)
  if (underWay !== undefined) return underWay
  const fetching = fetchToken(subject, of, effects).finally(() => tokensFetched.delete(of))
  tokensFetched.set(of, fetching)
  return fetching
}

async function fetchToken(
  { auth, prover, endpointId, post }: TokenSubject,
  of: string,
  effects: CallEffects,
): Promise<AccessToken | Verdict> {
  const { url, plan } = tokenRequest(auth, prover)
  const result = await post(url, plan)
  if ('fate' in result) return withoutToken(result)
  try {
    const token = tokenIn(result.answer, effects.nowMs(), of)
    await effects.saveToken(endpointId, token)
    return token
  } catch (error) {
    if (!(error instanceof Error)) throw error
    return failed('not_sent', 'token_unread', `no access token: ${error.message}`)
  }
}

/** RFC 6749 §5.2: credentials that do not serve are told by 400 or 401. */
function withoutToken(verdict: Verdict): Verdict {
  const { httpStatus } = verdict
  const refused = httpStatus === 400 || httpStatus === 401 || httpStatus === 403
  return {
    ...verdict,
    fate: refused ? 'refused' : 'not_sent',
    says: `no access token: ${verdict.says}`,
  }
}
