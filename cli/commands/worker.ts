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
    const told = url === null ? '' : `How it does: ${url}/health/ready and ${url}/metrics\n`
    return `The worker is up.\n${told}Ctrl-C stops it.\n`
  },
})
