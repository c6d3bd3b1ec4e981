/**
 * The bells that wake the workers. A ring carries nothing: what is due stands in the database, so a
 * lost ring costs one sweep and a doubled one costs a look.
 */
export const bells = ['receive', 'envelope', 'deliver', 'poll'] as const
export type Bell = (typeof bells)[number]
export type Ring = (bell: Bell) => void

/** A bell that is heard in other processes too. */
export interface RemoteBell {
  /** Never waits and never fails: a ring that cannot be heard is made up for by a sweep. */
  readonly ring: Ring
  /** From now on what rings is answered here; `answer` resolves when somebody looked. */
  listen(answer: (bell: Bell) => Promise<void>): void
  /** From now on what rings is left to others. */
  hush(): void
  /** Whether rings are heard at the moment. */
  isUp(): boolean
  close(): Promise<void>
}

/** Text from outside as a bell. */
export function bellOf(text: string): Bell | undefined {
  return bells.find((bell) => bell === text)
}

/**
 * Rings that meet one on its way become one more after it: however many there are, the remote side
 * is asked once at a time for each bell. `send` may fail; `told` hears how it went.
 */
export function coalesced(
  send: (bell: Bell) => Promise<unknown>,
  told: (error: unknown) => void,
): Ring {
  const underWay = new Set<Bell>()
  const again = new Set<Bell>()
  const ring: Ring = (bell) => {
    if (underWay.has(bell)) {
      again.add(bell)
      return
    }
    underWay.add(bell)
    void send(bell).then(() => told(null), told).finally(() => {
      underWay.delete(bell)
      if (again.delete(bell)) ring(bell)
    })
  }
  return ring
}
