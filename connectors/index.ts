import type { Connector } from './_kit/contract.ts'
import { sandboxErp } from './sandbox-erp/connector.ts'
import { tryton } from './tryton/connector.ts'

/** Every connector there is: one line each, the only door in. */
export const connectors: ReadonlyMap<string, Connector> = new Map(
  [sandboxErp, tryton].map((connector) => [connector.id, connector]),
)
