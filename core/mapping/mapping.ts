import type { SchemaCheck } from '#core/documents/schema.ts'
import type { Expression } from './expression.ts'
import type { MappingLimits } from './limits.ts'

/** A mapping file, read and compiled. The hash is its identity, id and version are labels. */
export interface Mapping {
  readonly id: string
  readonly version: string
  /** Hex sha256 of what the mapping says, whatever its layout, comments and labels. */
  readonly hash: string
  /** Source kinds it reads, e.g. `x12/004010/850` or `canonical/order.v1`. */
  readonly from: readonly string[]
  /**
   * What it makes: one schema, e.g. `canonical/order.v1`, or a set in several releases,
   * `x12/004010/855` and `x12/005010/855`.
   */
  readonly to: readonly string[]
  readonly says: string
  readonly codes: CodeTables
  readonly root: ObjectNode
  /** Of what is no X12 set; those are checked by their dictionary. */
  readonly checkTarget: SchemaCheck
  readonly limits: MappingLimits
}

/** Code lists of the mapping by name: the partner's code to ours. */
export type CodeTables = ReadonlyMap<string, ReadonlyMap<string, string>>

export type MappingNode = FieldNode | ObjectNode | ListNode

/** One value. Undefined is a fault, null leaves the field out. */
export interface FieldNode {
  readonly kind: 'field'
  readonly when: Expression | undefined
  readonly value: Expression
}

/** An object; left out when nothing is in it. */
export interface ObjectNode {
  readonly kind: 'object'
  readonly when: Expression | undefined
  readonly lets: readonly Let[]
  readonly fields: readonly (readonly [name: string, node: MappingNode])[]
}

/** A list of unlike parts one after the other; left out when nothing is in it. */
export interface ListNode {
  readonly kind: 'list'
  readonly parts: readonly ListPart[]
}

/** One item per thing `each` finds, or one alone; `item.when` is asked of each. */
export interface ListPart {
  readonly each: Expression | undefined
  readonly item: FieldNode | ObjectNode
}

export interface Let {
  readonly name: string
  readonly value: Expression
}
