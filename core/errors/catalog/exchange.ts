import type { CatalogEntry } from '../catalog.ts'

export const exchangeFaults = {
} as const satisfies Record<string, CatalogEntry>
