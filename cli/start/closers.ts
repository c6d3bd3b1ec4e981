/** What was opened and has to be closed again, the last first. */
export interface Closers {
  add(name: string, close: () => Promise<void>): void
  /** Closes everything; what fails is told to `failed` and stops nothing else. Does its work once. */
  closeAll(): Promise<void>
}

export function makeClosers(failed: (name: string, error: unknown) => void): Closers {
  const open: { readonly name: string; readonly close: () => Promise<void> }[] = []
  return {
    add: (name, close) => {
      open.push({ name, close })
    },
    async closeAll() {
      for (let next = open.pop(); next !== undefined; next = open.pop()) {
        try {
          await next.close()
        } catch (error) {
          failed(next.name, error)
        }
      }
    },
  }
}
