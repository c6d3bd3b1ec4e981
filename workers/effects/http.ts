import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { lookup } from 'node:dns/promises'
import { BlockList, isIP } from 'node:net'
import type { LookupFunction } from 'node:net'
import got, { RequestError, TimeoutError } from 'got'

import { contentOf } from '#connectors/_kit/content.ts'
import type { Answer, NoAnswer, RequestPlan } from '#connectors/_kit/contract.ts'
import { Fault } from '#core/errors/fault.ts'

/** Calls to other systems: one attempt each, no redirects, bounded in time and size. */
export interface HttpClient {
  call(call: HttpCall): Promise<Called>
  close(): void
}

export interface HttpCall {
  readonly url: string
  readonly plan: RequestPlan
  readonly headers: Readonly<Record<string, string>>
  readonly timeoutMs: number
  /** Hosts (`name` or `name:port`) the operator allows though their address is private. */
  readonly allowedHosts: readonly string[]
}

export type Called =
  | { readonly is: 'answer'; readonly answer: Answer }
  | { readonly is: 'no_answer'; readonly how: NoAnswer; readonly says: string }

export interface HttpLimits {
  readonly answerBytesMax: number
  readonly socketsMax: number
}

/** Errors of a connection that was never made: nothing can have arrived. */
const neverConnected = new Set([
  'ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL',
])

/** Opens a client with connections of its own. Throws ENDPOINT_ADDRESS_FORBIDDEN from `call`. */
export function openHttpClient(limits: HttpLimits): HttpClient {
  const options = { keepAlive: true, maxSockets: limits.socketsMax }
  const agent = { http: new HttpAgent(options), https: new HttpsAgent(options) }
  return {
    call: (call) => perform(call, agent, limits),
    close: () => {
      agent.http.destroy()
      agent.https.destroy()
    },
  }
}

async function perform(
  call: HttpCall,
  agent: { http: HttpAgent; https: HttpsAgent },
  limits: HttpLimits,
): Promise<Called> {
  const url = new URL(call.url)
  const address = await allowedAddress(url, call.allowedHosts)
  if (address === null) {
    return { is: 'no_answer', how: 'not_connected', says: `no address for ${url.host}` }
  }
  const { method, headers } = call.plan
  const content = contentOf(call.plan)
  const request = got(url, {
    method,
    headers: {
      ...(content === null ? {} : { 'content-type': content.contentType }),
      accept: 'application/json, */*;q=0.1',
      ...headers,
      ...call.headers,
    },
    ...(content === null ? {} : { body: content.bytes }),
    agent,
    // The address that was checked is the one that is used (DESIGN §9: resolved once and pinned).
    dnsLookup: pinned(address),
    timeout: { request: call.timeoutMs },
    retry: { limit: 0 },
    followRedirect: false,
    throwHttpErrors: false,
    decompress: true,
  })
  void request.on('downloadProgress', ({ transferred }) => {
    if (transferred > limits.answerBytesMax) request.cancel()
  })
  try {
    const { statusCode, headers: got, body } = await request
    return { is: 'answer', answer: { status: statusCode, headers: flat(got), body: parsed(body) } }
  } catch (error) {
    return noAnswer(error)
  }
}

function noAnswer(error: unknown): Called {
  if (!(error instanceof RequestError)) throw error
  const { code, message: says } = error
  if (neverConnected.has(code)) return { is: 'no_answer', how: 'not_connected', says }
  return { is: 'no_answer', how: error instanceof TimeoutError ? 'timeout' : 'broken', says }
}

interface Address {
  readonly address: string
  readonly family: 4 | 6
}

/**
 * Null where the name has no address. Private and local ones are for hosts the operator allowed by
 * name.
 */
async function allowedAddress(url: URL, allowedHosts: readonly string[]): Promise<Address | null> {
  const name = url.hostname.replace(/^\[|\]$/g, '')
  const family = isIP(name)
  const found =
    family === 0
      ? await lookup(name).catch(() => null)
      : { address: name, family }
  if (found === null) return null
  const pin: Address = { address: found.address, family: found.family === 6 ? 6 : 4 }
  const allowed = allowedHosts.includes(url.host) || allowedHosts.includes(url.hostname)
  if (!allowed && isPrivate(pin)) throw new Fault('ENDPOINT_ADDRESS_FORBIDDEN', { host: url.host })
  return pin
}

function pinned({ address, family }: Address): LookupFunction {
  return (_, options, callback) => {
    if (options.all === true) callback(null, [{ address, family }])
    else callback(null, address, family)
  }
}

/** Node checks IPv4 addresses written as IPv6 (`::ffff:127.0.0.1`) against the IPv4 nets. */
const privateAddresses = new BlockList()
for (const [net, prefix] of [
  ['0.0.0.0', 8], ['10.0.0.0', 8], ['100.64.0.0', 10], ['127.0.0.0', 8], ['169.254.0.0', 16],
  ['172.16.0.0', 12], ['192.0.0.0', 24], ['192.168.0.0', 16], ['198.18.0.0', 15], ['224.0.0.0', 3],
] as const) privateAddresses.addSubnet(net, prefix, 'ipv4')
for (const [net, prefix] of [
  ['::', 127], ['64:ff9b::', 96], ['fc00::', 7], ['fe80::', 10], ['ff00::', 8],
] as const) privateAddresses.addSubnet(net, prefix, 'ipv6')

function isPrivate({ address, family }: Address): boolean {
  return privateAddresses.check(address, family === 6 ? 'ipv6' : 'ipv4')
}

function flat(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name, typeof value === 'object' ? value.join(', ') : value,
    ]),
  )
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body) as unknown
  } catch {
    return body
  }
}
