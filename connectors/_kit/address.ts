import type { Auth, Connector, RequestPlan } from './contract.ts'

/** The whole address of a request; a blank without a setting throws. */
export function addressOf(
  connector: Connector,
  settings: Readonly<Record<string, unknown>>,
  hub: string,
  plan: RequestPlan,
): string {
  const base = connector.baseUrl.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = name === 'hub' ? hub : settings[name]
    if (typeof value !== 'string') throw new Error(`setting ${name} of ${connector.id} is missing`)
    return value
  })
  const url = new URL(base + plan.path)
  for (const [name, value] of Object.entries(plan.query ?? {})) url.searchParams.set(name, value)
  return url.href
}

/** Headers that prove who we are. */
export function credentials(
  auth: Auth,
  secrets: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  if (auth.kind === 'none') return {}
  const secret = secrets[auth.secret]
  if (secret === undefined) throw new Error(`secret ${auth.secret} is missing`)
  return { authorization: `Bearer ${secret}` }
}
