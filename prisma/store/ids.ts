import { v7, validate } from 'uuid'

/** A new id: UUIDv7, so that rows made later sort later and partitions can be cut by month. */
export function newId(): string {
  return v7()
}

/** Whether a text from outside may be an id at all; PostgreSQL refuses others with an error. */
export function isUuid(text: string): boolean {
  return validate(text)
}
