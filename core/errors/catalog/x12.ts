import type { CatalogEntry } from '../catalog.ts'

export const x12Faults = {
} as const satisfies Record<string, CatalogEntry>
