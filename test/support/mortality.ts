/** The end of the process, as far as a job can tell: nothing it does after this has any effect. */
export class Crash extends Error {}

/** Which effect the process dies at, and whether that effect still happened. */
export interface Death {
  readonly atEffect: number
  readonly when: 'before' | 'after'
}

/** One life of a process, each of whose effects may be its last. */
export class Mortality {
  effects = 0
  died = false
  readonly #death: Death | null

  constructor(death: Death | null) {
    this.#death = death
  }

  /** The same effects, counted; the one this life ends at is its last. */
  mortal<Effects extends object>(effects: Effects): Effects {
    const bindings = Object.entries(effects).map(([name, effect]): [string, unknown] => {
      if (typeof effect !== 'function' || notCounted.has(name)) return [name, effect]
      const act = effect as (...args: unknown[]) => unknown
      return [name, (...args: unknown[]) => this.#perform(() => act(...args))]
    })
    return Object.fromEntries(bindings) as Effects
  }

  #perform(act: () => unknown): unknown {
    if (this.died) throw new Crash()
    this.effects += 1
    if (this.effects !== this.#death?.atEffect) return act()
    this.died = true
    if (this.#death.when === 'before') throw new Crash()
    const acted = act()
    if (!(acted instanceof Promise)) throw new Crash()
    return acted.then(() => {
      throw new Crash()
    })
  }
}

/** Readings of the clock, chance, and what happens beside the work. */
const notCounted = new Set(['nowMs', 'draw', 'done', 'renew', 'wait', 'ringLater'])
