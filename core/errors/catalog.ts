import { acknowledgementFaults } from './catalog/acknowledgement.ts'
import { apiFaults } from './catalog/api.ts'
import { backupFaults } from './catalog/backup.ts'
import { configurationFaults } from './catalog/configuration.ts'
import { crossReferenceFaults } from './catalog/cross-references.ts'
import { deliveryFaults } from './catalog/delivery.ts'
import { documentFaults } from './catalog/documents.ts'
import { exchangeFaults } from './catalog/exchange.ts'
import { mappingFaults } from './catalog/mapping.ts'
import { startFaults } from './catalog/start.ts'
import { x12WriterFaults } from './catalog/x12-writer.ts'
import { x12Faults } from './catalog/x12.ts'

export const catalog = {
  ...x12Faults,
  ...x12WriterFaults,
  ...exchangeFaults,
  ...acknowledgementFaults,
  ...mappingFaults,
  ...documentFaults,
  ...deliveryFaults,
  ...apiFaults,
  ...startFaults,
  ...backupFaults,
  ...configurationFaults,
  ...crossReferenceFaults,
} as const

export type Catalog = typeof catalog
export type FaultCode = keyof Catalog

type Blanks<S extends string> = S extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Blanks<Rest>
  : never

/** The facts a code needs: every blank of its two sentences. */
export type FactsOf<Code extends FaultCode> = Readonly<
  Record<Blanks<Catalog[Code]['says']> | Blanks<Catalog[Code]['remedy']>, string | number>
>
