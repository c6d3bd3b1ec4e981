import { v7 } from 'uuid'

/** A new id: UUIDv7, so that rows made later sort later and partitions can be cut by month. */
export function newId(): string {
  return v7()
}
