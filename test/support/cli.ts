import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

const launcher = join(import.meta.dirname, '..', '..', 'crossdock')

export interface CliRun {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs `./crossdock` as a shell would, and waits for it. */
export function crossdock(
  args: readonly string[],
  { input = '', env = {} }: {
    readonly input?: string | Uint8Array
    readonly env?: Record<string, string>
  } = {},
): CliRun {
  const { status, stdout, stderr } = spawnSync(launcher, args, {
    input, env: { ...process.env, NO_COLOR: '1', ...env }, encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  return { code: status, stdout, stderr }
}
