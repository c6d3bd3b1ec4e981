import type { Logger } from 'pino'
import { buildApp } from '#api/app.ts'
import { listen } from '#api/server.ts'
import type { Listening } from '#api/server.ts'
import { buildWatch } from '#api/watch.ts'
import { limits } from '#config/limits.ts'
import type { RemoteBell, Ring } from '#core/exchange/bell.ts'
import type { Store } from '#prisma/store/index.ts'
import { MappingShelf } from '#workers/effects/mappings.ts'
import type { Closers } from './closers.ts'
import type { StartOptions } from './options.ts'
import { listenFault } from './port.ts'
import type { Prepared } from './prepare.ts'

type App = Awaited<ReturnType<typeof buildApp>>

/** Opens the API; `ring` wakes whoever does the work. */
export async function openDoor(
  { host, port, sandbox, databaseUrl }: StartOptions,
  { store, dataDirectory }: Prepared,
  ring: Ring,
  remote: RemoteBell | null,
  log: Logger,
  closers: Closers,
): Promise<Listening> {
  const shelf = new MappingShelf()
  const app = await buildApp({
    store, log, sandbox, ring, limits: limits.api, nowMs: Date.now,
    mappingEnds: (name) => shelf.ends(name),
    dataDir: databaseUrl === undefined ? dataDirectory : null,
    isBellUp: remote === null ? null : () => remote.isUp(),
  })
  return await open(app, host, port, closers)
}

/** Opens what only tells how a process without an API does. */
export async function openWatch(
  { host, port }: { readonly host: string; readonly port: number },
  store: Store,
  bell: RemoteBell,
  log: Logger,
  closers: Closers,
): Promise<Listening> {
  const isBellUp = (): boolean => bell.isUp()
  const app = await buildWatch({ store, log, limits: limits.api, nowMs: Date.now, isBellUp })
  return await open(app, host, port, closers)
}

async function open(
  app: App,
  host: string,
  port: number,
  closers: Closers,
): Promise<Listening> {
  closers.add('listener', 2 * limits.stop.apiMs, () => closeDoor(app))
  return await listen(app, { host, port }).catch((error: unknown) => {
    throw listenFault(error, host, port)
  })
}

/** Requests in hand are answered; a client that takes longer than that loses its connection. */
async function closeDoor(app: App): Promise<void> {
  const impatience = setTimeout(() => app.server.closeAllConnections(), limits.stop.apiMs)
  await app.close()
  clearTimeout(impatience)
}
