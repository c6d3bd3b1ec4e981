import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApi } from '#test/support/api.ts'
import type { TestApi } from '#test/support/api.ts'

interface OpenApi {
  readonly openapi: string
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}

interface Operation {
  readonly summary?: string
  readonly security?: unknown
  readonly responses: Readonly<Record<string, unknown>>
}

let api: TestApi
let described: OpenApi
beforeAll(async () => {
  api = await startTestApi()
  described = (await api.app.inject({ url: '/openapi.json' })).json()
})
afterAll(async () => api.stop())

test('every route below /v1 is described: what it does, who may, what it answers', () => {
  const routes = Object.entries(described.paths).filter(([path]) => path.startsWith('/v1/'))
  expect(routes.length).toBeGreaterThan(15)
  for (const [path, operations] of routes) {
    for (const [method, operation] of Object.entries(operations)) {
      const name = `${method} ${path}`
      expect(operation.summary, name).toMatch(/\w/)
      expect(operation.security, name).toEqual([{ key: [] }])
      const codes = Object.keys(operation.responses)
      expect(codes.some((code) => code.startsWith('2')), name).toBe(true)
      expect(codes, name).toEqual(expect.arrayContaining(['4XX', '5XX']))
    }
  }
})

test('it is OpenAPI 3.1, and asks for no key', () => {
  expect(described.openapi).toBe('3.1.0')
  expect(described.paths['/v1/messages']).toHaveProperty('post')
})

test('the page to read it loads nothing from elsewhere', async () => {
  const page = await api.app.inject({ url: '/docs/' })
  expect(page.statusCode).toBe(200)
  const loads = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => url)
  expect(loads.length).toBeGreaterThan(0)
  for (const url of loads) expect(url).not.toMatch(/^(https?:)?\/\//)
})
