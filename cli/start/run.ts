import { readEnvironment } from '#config/env.ts'
import { Fault } from '#core/errors/fault.ts'
import { checkGeneratedClient } from '#prisma/generated-client.ts'
import { exitCodes } from '../command.ts'
import type { ExitCode } from '../command.ts'
import { print } from '../output.ts'
import type { Running } from './hub.ts'
import { readStartOptions } from './options.ts'
import type { Flag, StartOptions } from './options.ts'
import { untilTold } from './signals.ts'

/** What a command starts. Its code is loaded in `start`: it imports the generated client. */
export interface Startable {
  readonly start: (
    options: StartOptions,
    showKey: (key: string) => Promise<void>,
  ) => Promise<Running>
  readonly banner: (url: string | null, options: StartOptions) => string
  readonly flags: readonly Flag[]
}

/**
 * Runs something until SIGTERM or SIGINT. The banner goes to standard output, JSON logs go to
 * standard error. What keeps it from starting is for the person who starts it to put right: exit 2.
 */
export function runUntilTold(
  { start, banner, flags }: Startable,
): (args: readonly string[]) => Promise<ExitCode> {
  return async (args) => {
    try {
      const options = readStartOptions(args, readEnvironment(), flags)
      await checkGeneratedClient()
      const told = untilTold(signalPatienceMs)
      const running = await start(options, showKey)
      await print(banner(running.url, options))
      await told
      await running.stop()
      // Nothing should be left that keeps the process; what is, does so no longer than this.
      setTimeout(() => process.exit(exitCodes.done), lingerMs).unref()
      return exitCodes.done
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      const { code, says, remedy } = error.view()
      process.stderr.write(`${code}: ${says}\n${remedy}\n`)
      return exitCodes.usage
    }
  }
}

const signalPatienceMs = 1_000
const lingerMs = 500

async function showKey(key: string): Promise<void> {
  await print(`\nYour admin key, shown this once (only its hash is kept):\n\n  ${key}\n\n`)
}
