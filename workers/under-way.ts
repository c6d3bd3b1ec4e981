/**
 * Pieces of work under way. Claiming and doing are apart: a slow endpoint holds its own work up and
 * leaves room for others as long as there is any.
 */
export class UnderWay<Item> {
  readonly #items = new Map<Item, Promise<void>>()
  readonly #most: number
  readonly #failed: (error: unknown, item: Item) => void
  readonly #ended: () => void

  /** `failed` is told of work that broke off: its lease runs out. `ended`: room again. */
  constructor(most: number, failed: (error: unknown, item: Item) => void, ended: () => void) {
    this.#most = most
    this.#failed = failed
    this.#ended = ended
  }

  get room(): number {
    return this.#most - this.#items.size
  }

  get items(): readonly Item[] {
    return [...this.#items.keys()]
  }

  start(item: Item, work: () => Promise<void>): void {
    const done = work()
      .catch((error: unknown) => {
        this.#failed(error, item)
      })
      .finally(() => {
        this.#items.delete(item)
        this.#ended()
      })
    this.#items.set(item, done)
  }

  /** Resolves when nothing is under way, or at the signal; answers what is still under way then. */
  async finish(deadline: AbortSignal): Promise<readonly Item[]> {
    const { promise: tooLate, resolve } = Promise.withResolvers<undefined>()
    deadline.addEventListener('abort', () => resolve(undefined), { once: true })
    while (this.#items.size > 0 && !deadline.aborted) {
      await Promise.race([Promise.all(this.#items.values()), tooLate])
    }
    return this.items
  }
}
