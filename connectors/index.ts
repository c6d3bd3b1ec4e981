import type { Connector } from './_kit/contract.ts'

/** One line each; `crossdock new connector` adds its own. */
const all: readonly Connector[] = [
  (await import('./http/connector.ts')).http,
  (await import('./sandbox-erp/connector.ts')).sandboxErp,
  (await import('./tryton/connector.ts')).tryton,
  (await import('./webhook/connector.ts')).webhook,
]

/** Every connector there is, by id: the only door in. */
export const connectors: ReadonlyMap<string, Connector> = new Map(
  all.map((connector) => [connector.id, connector]),
)
