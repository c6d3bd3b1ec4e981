import type { CatalogEntry } from '../catalog.ts'

export const apiFaults = {
} as const satisfies Record<string, CatalogEntry>
