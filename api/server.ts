import type { FastifyInstance } from 'fastify'

/** Where the API listens. */
export interface Listening {
  readonly host: string
  readonly port: number
  /** As a client on this machine reaches it. */
  readonly url: string
}

/**
 * Starts to listen; port 0 takes a free one. Rejects with node's EADDRINUSE where the port is
 * taken.
 */
export async function listen(
  app: FastifyInstance,
  where: { readonly host: string; readonly port: number },
): Promise<Listening> {
  await app.listen(where)
  const address = app.server.address()
  if (address === null || typeof address === 'string') throw new Error('not listening on a port')
  const { port } = address
  const everywhere = where.host === '0.0.0.0' || where.host === '::'
  const near = everywhere ? '127.0.0.1' : where.host
  const name = near.includes(':') ? `[${near}]` : near
  return { host: where.host, port, url: `http://${name}:${port}` }
}
