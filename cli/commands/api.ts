import { doorFlags } from '../start/options.ts'
import { runUntilTold } from '../start/run.ts'

/** Runs an API process until SIGTERM or SIGINT; any number of them share a database. */
export const run = runUntilTold({
  flags: doorFlags,
  start: async (options, showKey) => {
    const { startApi } = await import('../start/hub.ts')
    return startApi(options, showKey)
  },
  banner: (url) =>
    `The API is up at ${url ?? ''}\nIts workers are other processes. Ctrl-C stops it.\n`,
})
