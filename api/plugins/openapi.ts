import { createRequire } from 'node:module'
import swagger from '@fastify/swagger'
import reference from '@scalar/fastify-api-reference'
import type { FastifyInstance } from 'fastify'

const manifest = createRequire(import.meta.url)('../../package.json') as { version: string }

/**
 * The API as OpenAPI 3.1 at /openapi.json, read off the routes' own schemas, and a page to read it
 * at /docs. Both ask for no key: they say what there is, not what is in it. The page loads nothing
 * from elsewhere. Register before the routes.
 */
export async function describeApi(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Crossdock',
        version: manifest.version,
        description: 'A hub between trading partners. Errors are problem+json (RFC 9457) with a ' +
          'code, what happened and a remedy; times are RFC 3339 in UTC; decimals are text.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      components: {
        securitySchemes: { key: { type: 'http', scheme: 'bearer', description: 'An API key.' } },
      },
    },
    transform: ({ schema, url, route }) => ({
      // A prefix and its root route: both spellings are served, the shorter is told.
      url: url.length > 1 ? url.replace(/\/$/, '') : url,
      schema: {
        ...schema,
        tags: [tagOf(url)],
        ...(route.config?.roles === undefined ? {} : { security: [{ key: [] }] }),
      },
    }),
  })
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger())
  await app.register(reference, {
    routePrefix: '/docs',
    configuration: {
      url: '/openapi.json',
      withDefaultFonts: false,
      hideClientButton: true,
      telemetry: false,
      agent: { disabled: true },
      mcp: { disabled: true },
    },
  })
}

/** `/v1/messages/{id}` belongs to messages, the sandbox's routes to the sandbox. */
function tagOf(url: string): string {
  return /^\/(?:v1\/)?([a-z-]+)/.exec(url)?.[1] ?? 'hub'
}
