import type { FaultView } from '#core/errors/fault.ts'

/**
 * A fault of a document that fits its schema, with the field it stands on
 * (`lines[2].destinations`).
 */
export interface DocumentFault {
  readonly field: string
  readonly fault: FaultView
}
