import { readFileSync } from 'node:fs'
import { faultView } from '#core/errors/fault.ts'
import type { FaultView } from '#core/errors/fault.ts'

export interface Resolved {
  readonly endpoints: readonly unknown[]
  readonly problems: readonly { readonly field: string; readonly fault: FaultView }[]
}

/**
 * Endpoints with their secrets in the place of `{ env: NAME }` and `{ file: PATH }`; one line end
 * behind a file's secret is not part of it. What is no such reference is a problem, but
 * `{ kept: true }`, and so is what cannot be had.
 */
export function resolveSecrets(
  endpoints: readonly unknown[],
  variable: (name: string) => string | undefined,
): Resolved {
  const problems: { field: string; fault: FaultView }[] = []
  const resolved = endpoints.map((endpoint, index) => {
    if (!isObject(endpoint) || !isObject(endpoint['secrets'])) return endpoint
    const secrets = Object.entries(endpoint['secrets']).map(([name, reference]) => {
      const secret = secretOf(reference, variable)
      if (!('fault' in secret)) return [name, secret.value]
      problems.push({ field: `endpoints[${index + 1}].secrets.${name}`, fault: secret.fault })
      return [name, undefined]
    })
    return { ...endpoint, secrets: Object.fromEntries(secrets) as object }
  })
  return { endpoints: resolved, problems }
}

type Secret = { readonly value: unknown } | { readonly fault: FaultView }

function secretOf(reference: unknown, variable: (name: string) => string | undefined): Secret {
  if (!isObject(reference)) return { fault: faultView('CONFIGURATION_SECRET_PLAIN', {}) }
  const { env, file } = reference
  if (Object.keys(reference).length !== 1) {
    return missing('it names not one place, but several or none')
  }
  if (typeof env === 'string') {
    const value = variable(env)
    return value === undefined ? missing(`the variable ${env} is not set`) : { value }
  }
  return typeof file === 'string' ? fromFile(file) : { value: reference }
}

function fromFile(file: string): Secret {
  try {
    const value = readFileSync(file, 'utf8').replace(/\r?\n$/, '')
    return value === '' ? missing(`the file ${file} is empty`) : { value }
  } catch {
    return missing(`the file ${file} cannot be read`)
  }
}

function missing(reason: string): Secret {
  return { fault: faultView('CONFIGURATION_SECRET_MISSING', { reason }) }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
