import { runUntilTold } from '../start/run.ts'

/** Runs a worker process until SIGTERM or SIGINT; any number of them share a database. */
export const run = runUntilTold({
  start: async (options) => {
    const { startWorker } = await import('../start/hub.ts')
    return startWorker(options)
  },
  banner: () => 'The worker is up. Ctrl-C stops it.\n',
})
