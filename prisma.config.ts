import { defineConfig } from 'prisma/config'

/**
 * For those who have Prisma's own engine and run `prisma migrate` beside the hub's runner. The
 * client is generated without a database (prisma/generate.ts).
 */
export default defineConfig({
  schema: 'prisma/schema.prisma',
  ...(process.env.DATABASE_URL === undefined
    ? {}
    : { datasource: { url: process.env.DATABASE_URL } }),
})
