import { afterOutcome } from '#connectors/_kit/circuit.ts'
import type { Verdict } from '#connectors/_kit/fate.ts'
import type { AccessToken } from '#connectors/_kit/oauth2.ts'
import { takeTurn } from '#connectors/_kit/rate.ts'
import { limits } from '#config/limits.ts'
import type { ClaimedEndpoint } from '#prisma/store/deliver.ts'
import {
  changeCircuit,
  loadEndpointToken,
  saveEndpointToken,
  takeEndpointTurn,
} from '#prisma/store/endpoint-state.ts'
import type { Store } from '#prisma/store/index.ts'
import { nowMs, sleep } from '#workers/effects/clock.ts'
import type { Called, HttpCall, HttpClient } from '#workers/effects/http.ts'

/** What calling an endpoint does to the world. */
export interface CallEffects {
  openSecrets(endpoint: ClaimedEndpoint): Readonly<Record<string, string>>
  call(call: HttpCall): Promise<Called>
  /** Answers how long to wait for the turn that was taken. */
  takeTurn(endpointId: string, perSecond: number): Promise<number>
  wait(ms: number): Promise<void>
  loadToken(endpointId: string): Promise<AccessToken | null>
  saveToken(endpointId: string, token: AccessToken): Promise<void>
  /**
   * Counts a call that was not answered, or forgets those before one that was. `failures` is what
   * was known of the endpoint when the work was taken in hand.
   */
  noteCall(endpointId: string, fault: Verdict | null, failures: number): Promise<void>
  nowMs(): number
  /** The hub's own listener, which sandbox endpoints are at. */
  readonly hub: string | null
  readonly memory: CallMemory
}

/** What one process keeps in mind of endpoints; all of it stands in the store, or may be lost. */
export class CallMemory {
  readonly tokens = new Map<string, AccessToken>()
  /** By whom the token is for. */
  readonly tokensFetched = new Map<string, Promise<AccessToken | Verdict>>()
  /** Endpoints that failed last, as far as this process saw. */
  readonly ailing = new Set<string>()
}

export function callEffects(
  store: Store,
  http: HttpClient,
  hub: string | null,
  memory: CallMemory,
): CallEffects {
  return {
    openSecrets: ({ id, secrets, secretsKeyId }) => secrets === null || secretsKeyId === null
      ? {}
      : store.secrets.open({ sealed: secrets, keyId: secretsKeyId }, { table: 'endpoints', id }),
    call: (call) => http.call(call),
    takeTurn: (endpointId, perSecond) =>
      takeEndpointTurn(store, endpointId, (freeAtMs, storeMs) =>
        takeTurn(freeAtMs, storeMs, perSecond)),
    wait: sleep,
    loadToken: (endpointId) => loadEndpointToken(store, endpointId),
    saveToken: (endpointId, token) => saveEndpointToken(store, endpointId, token),
    noteCall: (endpointId, fault, failures) => noteCall(store, memory, endpointId, fault, failures),
    nowMs,
    hub,
    memory,
  }
}

/** Of an endpoint that is doing well nothing is written: that is nearly every call. */
async function noteCall(
  store: Store,
  { ailing }: CallMemory,
  endpointId: string,
  fault: Verdict | null,
  failures: number,
): Promise<void> {
  if (fault === null && failures === 0 && !ailing.has(endpointId)) return
  if (fault === null) ailing.delete(endpointId)
  else ailing.add(endpointId)
  const kept = fault === null ? null : { code: fault.code, says: fault.says }
  const outcome = fault === null ? 'answered' : 'failed'
  await changeCircuit(store, endpointId, kept, (circuit, storeMs) =>
    afterOutcome(circuit, outcome, storeMs, limits.circuit))
}
