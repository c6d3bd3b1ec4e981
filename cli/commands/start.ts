import { doorFlags } from '../start/options.ts'
import { runUntilTold } from '../start/run.ts'

/** Runs a whole hub until SIGTERM or SIGINT. */
export const run = runUntilTold({
  flags: doorFlags,
  start: async (options, showKey) => {
    const { startHub } = await import('../start/hub.ts')
    return startHub(options, showKey)
  },
  banner: (url, { sandbox }) => {
    const next = sandbox
      ? 'The sandbox is open; README.md has the lines that send it a first purchase order.'
      : 'No sandbox on this database; --sandbox makes one.'
    return `Crossdock is up at ${url ?? ''}\n${next}\nStop it with Ctrl-C.\n`
  },
})
