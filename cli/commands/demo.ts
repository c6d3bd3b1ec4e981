import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readEnvironment } from '#config/env.ts'
import { checkGeneratedClient } from '#prisma/generated-client.ts'
import { HubClient } from '../demo/hub-client.ts'
import { Story } from '../demo/story.ts'
import type { Teller } from '../demo/story.ts'
import { exitCodes } from '../command.ts'
import type { ExitCode } from '../command.ts'
import { print } from '../output.ts'

/**
 * Plays a whole trade on a hub of its own, in a directory that is gone afterwards, and prints each
 * step with its document.
 */
export async function run(args: readonly string[]): Promise<ExitCode> {
  parseArgs({ args: [...args], options: {} })
  await checkGeneratedClient()
  const { startHub } = await import('../start/hub.ts')
  const directory = await mkdtemp(join(tmpdir(), 'crossdock-demo-'))
  // The database runs as another user where this one is root.
  await chmod(directory, 0o711)
  try {
    const adminKey = randomBytes(24).toString('hex')
    await print('A hub is started, with a database of its own, buyer, supplier and an ERP ...\n')
    const hub = await startHub({
      ...readEnvironment({}),
      logLevel: 'silent', host: '127.0.0.1', port: 0, adminKey, sandbox: true,
      dataDirectory: join(directory, 'data'),
    }, async () => undefined)
    try {
      await new Story(new HubClient(hub.url, adminKey), teller()).tell('4500000001')
    } finally {
      await hub.stop()
    }
    await print('\nThat was a whole trade. `npm start` runs a hub to try; README.md goes on.\n')
    setTimeout(() => process.exit(exitCodes.done), lingerMs).unref()
    return exitCodes.done
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** Nothing should be left that keeps the process; what is, does so no longer than this. */
const lingerMs = 500

function teller(): Teller {
  let steps = 0
  const [bold, plain] = process.stdout.isTTY ? ['\u001b[1m', '\u001b[0m'] : ['', '']
  return {
    step: async (title, says) => {
      steps += 1
      await print(`\n${bold}${steps}. ${title}${plain}\n   ${says}\n\n`)
    },
    show: async (text) => print(`${text.replaceAll(/^/gm, '     ')}\n`),
  }
}
