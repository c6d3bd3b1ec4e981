import { Fault } from '#core/errors/fault.ts'
import type { Connector, RequestPlan } from './contract.ts'

export type Settings = Readonly<Record<string, unknown>>

/**
 * The whole address of a request. Throws ENDPOINT_MISCONFIGURED where a blank has no setting, or
 * what comes out is no address, and HUB_ADDRESS_UNKNOWN where it is behind a hub nobody told of.
 */
export function addressOf(
  connector: Connector,
  settings: Settings,
  hub: string | null,
  plan: RequestPlan,
): string {
  if (hub === null && connector.baseUrl.includes('{hub}')) {
    throw new Fault('HUB_ADDRESS_UNKNOWN', { connector: connector.id })
  }
  const base = filled(connector.id, connector.baseUrl, { ...settings, hub })
  const url = URL.parse(base + plan.path)
  if (url === null) throw misconfigured(connector.id, 'its address is none')
  for (const [name, value] of Object.entries(plan.query ?? {})) url.searchParams.set(name, value)
  return url.href
}

/** A template with its `{name}` blanks filled. Throws ENDPOINT_MISCONFIGURED. */
export function filled(connector: string, template: string, settings: Settings): string {
  return template.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = settings[name]
    if (typeof value !== 'string') throw misconfigured(connector, `setting ${name} is missing`)
    return value
  })
}

export function misconfigured(connector: string, problem: string): Fault<'ENDPOINT_MISCONFIGURED'> {
  return new Fault('ENDPOINT_MISCONFIGURED', { connector, problem })
}
