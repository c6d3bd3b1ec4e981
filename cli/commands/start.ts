import { Fault } from '#core/errors/fault.ts'
import { checkGeneratedClient } from '#prisma/generated-client.ts'
import { exitCodes } from '../command.ts'
import type { ExitCode } from '../command.ts'
import { print } from '../output.ts'
import { readStartOptions } from '../start/options.ts'
import { untilTold } from '../start/signals.ts'

/**
 * Runs a hub until SIGTERM or SIGINT. The banner goes to standard output, JSON logs go to standard
 * error. What keeps it from starting is for the person who starts it to put right: exit 2.
 */
export async function run(args: readonly string[]): Promise<ExitCode> {
  try {
    const options = readStartOptions(args)
    await checkGeneratedClient()
    // Loaded only now: it imports the generated client.
    const { startHub } = await import('../start/hub.ts')
    const told = untilTold(signalPatienceMs)
    const hub = await startHub(options, showKey)
    await print(banner(hub.url, options.sandbox))
    await told
    await hub.stop()
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

const signalPatienceMs = 1_000
const lingerMs = 500

async function showKey(key: string): Promise<void> {
  await print(`\nYour admin key, shown this once (only its hash is kept):\n\n  ${key}\n\n`)
}

function banner(url: string, sandbox: boolean): string {
  const next = sandbox
    ? 'The sandbox is open; README.md has the lines that send it a first purchase order.'
    : 'No sandbox on this database; --sandbox makes one.'
  return `Crossdock is up at ${url}\n${next}\nStop it with Ctrl-C.\n`
}
