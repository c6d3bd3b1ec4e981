/**
 * The bells that wake the workers. A ring carries nothing: what is due stands in the database, so a
 * lost ring costs one sweep and a doubled one costs a look.
 */
export const bells = ['receive', 'envelope', 'deliver', 'poll'] as const
export type Bell = (typeof bells)[number]
export type Ring = (bell: Bell) => void
