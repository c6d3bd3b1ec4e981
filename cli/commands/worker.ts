import { workerFlags } from '../start/options.ts'
import { runUntilTold } from '../start/run.ts'

/** Runs a worker process until SIGTERM or SIGINT; any number of them share a database. */
export const run = runUntilTold({
  flags: workerFlags,
  start: async (options) => {
    const { startWorker } = await import('../start/hub.ts')
    return startWorker(options)
  },
  banner: (url) => {
    const where = url === null ? '' : ` and tells at ${url}/health/ready and ${url}/metrics how it does`
    return `The worker is up${where}. Ctrl-C stops it.\n`
  },
})
