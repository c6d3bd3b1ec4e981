import { defineConfig } from 'vitest/config'

/** Tests of a connector against the system it is for, which takes a core of its own. */
const realSystems = 'connectors/tryton/*.test.ts'

/**
 * Two projects. `unit` is what sits beside the code and runs in parallel. `hub` starts whole hubs
 * with their database, and kills them: one file at a time, with time to do it.
 */
export default defineConfig({
  test: {
    environment: 'node',
    pool: 'forks',
    globalSetup: ['test/support/database-setup.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['**/*.test.ts'],
          exclude: [
            '**/node_modules/**', 'data/**', 'test/e2e/**', 'test/crash/**', realSystems,
          ],
          // The slowest start a database of their own: two seconds on a quiet machine, ten on a
          // busy one.
          testTimeout: 30_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'hub',
          include: ['test/e2e/**/*.test.ts', 'test/crash/**/*.test.ts', realSystems],
          testTimeout: 600_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          // After the unit tests, so that neither disturbs the other's clocks.
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
