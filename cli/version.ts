import { createRequire } from 'node:module'

/** Of this program, as package.json says it. */
export function version(): string {
  const manifest = createRequire(import.meta.url)('../package.json') as { version: string }
  return manifest.version
}
