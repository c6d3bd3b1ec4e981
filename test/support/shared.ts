import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'vitest'

/**
 * Where the reference material lies that is too large, or not ours, to commit: standards, corpora,
 * facts. By default it is the folder `shared` beside the repository.
 */
const sharedRoot =
  process.env.CROSSDOCK_SHARED ?? join(import.meta.dirname, '..', '..', '..', 'shared')

/** A path below the shared folder, e.g. `shared('corpus/x12')`. */
export function shared(path: string): string {
  return join(sharedRoot, path)
}

/**
 * `describe` for tests that read the shared folder. Where it is absent they are skipped and say so;
 * with CROSSDOCK_REQUIRE_ALL=1, as in `.ci/run`, its absence is a failure. `body` runs only where
 * it is present.
 */
export function describeWithShared(name: string, body: () => void): void {
  if (existsSync(sharedRoot)) {
    describe(name, body)
  } else if (process.env.CROSSDOCK_REQUIRE_ALL === '1') {
    test(name, () => {
      throw new Error(
        'CROSSDOCK_REQUIRE_ALL=1 but the shared folder is absent: put it beside the repository, ' +
          'or name it in CROSSDOCK_SHARED.',
      )
    })
  } else {
    test.skip(`${name} (skipped: no shared folder; CROSSDOCK_SHARED names it)`)
  }
}
