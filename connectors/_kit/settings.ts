import type { Connector } from './contract.ts'
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
  ]
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
