/**
 * Settles at the first SIGTERM or SIGINT. Another one after `patienceMs` ends the process at once;
 * those before do not: a Ctrl-C under npm arrives twice, from the terminal and from npm.
 */
export async function untilTold(patienceMs: number): Promise<NodeJS.Signals> {
  return await new Promise((resolve) => {
    let impatient = false
    const onSignal = (signal: NodeJS.Signals): void => {
      if (impatient) process.exit(128 + (signal === 'SIGINT' ? 2 : 15))
      setTimeout(() => { impatient = true }, patienceMs).unref()
      resolve(signal)
    }
    process.on('SIGTERM', onSignal)
    process.on('SIGINT', onSignal)
  })
}

/**
 * Aborted at the first SIGTERM or SIGINT, for work that undoes what it began and ends; another one
 * ends the process at once.
 */
export function stopSignal(): AbortSignal {
  const stopping = new AbortController()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => stopping.abort())
  }
  return stopping.signal
}
