import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/**
 * `npm run generate`, also run by `npm ci`: makes the client of schema.prisma in prisma/generated,
 * offline.
 *
 * Prisma's CLI wants to download a schema engine that generating does not use; any program that
 * exists stands in for it, so node itself does. That is for `generate` alone: `migrate` would call
 * it.
 */
const prismaRoot = dirname(createRequire(import.meta.url).resolve('prisma/package.json'))
const prisma = join(prismaRoot, 'build', 'index.js')
const { status } = spawnSync(process.execPath, [prisma, 'generate', '--no-hints'], {
  cwd: join(import.meta.dirname, '..'),
  env: {
    ...process.env,
    PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
    CHECKPOINT_DISABLE: '1',
    PRISMA_HIDE_UPDATE_MESSAGE: '1',
  },
  stdio: ['ignore', 'inherit', 'inherit'],
})
process.exitCode = status ?? 1
