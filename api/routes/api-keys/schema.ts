import Type from 'typebox'

import type { Role } from '#prisma/store/api-keys.ts'
import { Id, nullable, pageSchema, Time } from '../../schemas.ts'

const shape = {
  id: Id,
  name: Type.String(),
  role: Type.String(),
  partner: nullable(Id),
  preset: Type.Boolean({ description: 'Whether it is CROSSDOCK_ADMIN_KEY.' }),
  createdAt: Time,
  revokedAt: nullable(Time),
}

export const ApiKeyShape = Type.Object(shape, { title: 'ApiKey' })
export const ApiKeyPage = pageSchema(ApiKeyShape)
export const MadeApiKey = Type.Object({
  ...shape, key: Type.String({ description: 'Shown this once: only its hash is kept.' }),
}, { title: 'MadeApiKey' })

const roles = ['admin', 'operator', 'finance', 'auditor', 'partner'] as const

export const NewApiKey = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 200, pattern: '^[^\\u0000-\\u001f]*$' }),
  role: Type.Unsafe<Exclude<Role, 'sandbox-erp'>>(Type.String({ enum: [...roles] })),
  partner: Type.Optional(Type.String({
    maxLength: 200, description: 'Id or name; for the role partner alone.',
  })),
}, { title: 'NewApiKey', additionalProperties: false })
