import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify'
import { pino } from 'pino'
import { buildApp } from '#api/app.ts'
import type { AppOptions } from '#api/app.ts'
import { limits } from '#config/limits.ts'
import type { Bell } from '#core/exchange/bell.ts'
import { createApiKey } from '#prisma/store/api-keys.ts'
import type { Role } from '#prisma/store/api-keys.ts'
import { newId } from '#prisma/store/ids.ts'
import type { Store } from '#prisma/store/index.ts'
import { MappingShelf } from '#workers/effects/mappings.ts'
import { startTestStore } from './database.ts'

const shelf = new MappingShelf()

/** An API on a database of its own, without workers: what is posted stays due. */
export interface TestApi {
  readonly app: FastifyInstance
  readonly store: Store
  readonly rung: Bell[]
  readonly adminKey: string
  /** A request with the admin key, or with another one. */
  ask: (request: InjectOptions, key?: string) => Promise<LightMyRequestResponse>
  makeKey: (role: Role, partnerId?: string) => Promise<string>
  makePartner: (name: string) => Promise<string>
  stop: () => Promise<void>
}

export async function startTestApi(changes: Partial<AppOptions> = {}): Promise<TestApi> {
  const database = await startTestStore()
  const { store } = database
  const rung: Bell[] = []
  const app = await buildApp({
    store,
    ring: (bell) => rung.push(bell),
    log: pino({ level: 'silent' }),
    limits: limits.api,
    sandbox: true,
    dataDir: null,
    nowMs: Date.now,
    mappingEnds: (name) => shelf.ends(name),
    ...changes,
  })
  const makeKey = async (role: Role, partnerId?: string): Promise<string> => {
    const draft = partnerId === undefined ? { name: role, role } : { name: role, role, partnerId }
    return (await createApiKey(store, draft)).key
  }
  const adminKey = await makeKey('admin')
  return {
    app,
    store,
    rung,
    adminKey,
    makeKey,
    ask: async (request, key = adminKey) => app.inject({
      ...request,
      headers: { ...request.headers, authorization: `Bearer ${key}` },
    }),
    async makePartner(name) {
      const { id } = await store.prisma.partner.create({ data: { id: newId(), name } })
      return id
    },
    async stop() {
      await app.close()
      await database.stop()
    },
  }
}
