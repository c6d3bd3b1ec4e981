import type { CatalogEntry } from '../catalog.ts'

export const deliveryFaults = {
} as const satisfies Record<string, CatalogEntry>
