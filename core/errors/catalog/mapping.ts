import type { CatalogEntry } from '../catalog.ts'

export const mappingFaults = {
} as const satisfies Record<string, CatalogEntry>
