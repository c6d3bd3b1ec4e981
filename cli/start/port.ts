import { createServer } from 'node:net'
import { Fault } from '#core/errors/fault.ts'

/** Throws PORT_TAKEN or ADDRESS_REFUSED before anything is started for nothing. */
export async function checkPort(host: string, port: number): Promise<void> {
  const probe = createServer()
  await new Promise<void>((resolve, reject) => {
    probe.once('error', (error) => reject(listenFault(error, host, port)))
    probe.listen(port, host, () => probe.close(() => resolve()))
  })
}

/** What a failed listen means to the person who chose the port. */
export function listenFault(error: unknown, host: string, port: number): Error {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE') return new Fault('PORT_TAKEN', { host, port })
  const because = error instanceof Error ? error.message : String(error)
  return new Fault('ADDRESS_REFUSED', { host, port, because })
}
