import type { Auth, Connector, PlainAuth } from './contract.ts'
import type { Settings } from './address.ts'

/**
 * What is wrong with an endpoint's settings and secrets, in words; none where it may be called.
 * Settings that the connector does not know are the hub's own, such as `allowedHosts`.
 */
export function endpointProblems(
  connector: Connector,
  settings: Settings,
  secrets: Readonly<Record<string, unknown>>,
): readonly string[] {
  return [
    ...Object.entries(connector.settings).flatMap(([name, { pattern, optional }]) =>
      settingProblems(name, settings[name], pattern, optional === true)),
    ...Object.entries(connector.secrets).flatMap(([name, { optional }]) =>
      optional === true || secrets[name] !== undefined ? [] : [`secret ${name} is missing`]),
    ...authProblems(connector.auth, settings, secrets),
  ]
}

/** What the chosen way of proving who we are needs, though others need it not. */
function authProblems(
  auth: Auth,
  settings: Settings,
  secrets: Readonly<Record<string, unknown>>,
): readonly string[] {
  if (auth.kind !== 'chosen') return []
  const value = settings[auth.setting]
  const known = typeof value === 'string' && Object.hasOwn(auth.choices, value)
  const choice = known ? auth.choices[value] : undefined
  if (choice === undefined) {
    return [`setting ${auth.setting} must be one of ${Object.keys(auth.choices).join(', ')}`]
  }
  const needs = authNeeds(choice)
  return [
    ...needs.settings.filter((name) => settings[name] === undefined)
      .map((name) => `setting ${name} is missing`),
    ...needs.secrets.filter((name) => secrets[name] === undefined)
      .map((name) => `secret ${name} is missing`),
  ]
}

/** The settings and secrets that a way of proving who we are cannot do without. */
export function authNeeds(auth: PlainAuth): {
  readonly settings: readonly string[]
  readonly secrets: readonly string[]
} {
  switch (auth.kind) {
    case 'none': return { settings: [], secrets: [] }
    case 'bearer':
    case 'header':
    case 'standard_webhooks': return { settings: [], secrets: [auth.secret] }
    case 'basic': return { settings: [auth.user], secrets: [auth.secret] }
    case 'oauth2_client': return { settings: [auth.clientId], secrets: [auth.secret] }
  }
}

function settingProblems(
  name: string,
  value: unknown,
  pattern: string,
  optional: boolean,
): readonly string[] {
  if (value === undefined) return optional ? [] : [`setting ${name} is missing`]
  const fits = typeof value === 'string' && new RegExp(`^(?:${pattern})$`, 'u').test(value)
  return fits ? [] : [`setting ${name} must match ${pattern}`]
}
