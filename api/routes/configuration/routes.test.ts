import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { seedSandbox } from '#prisma/store/sandbox-seed.ts'
import { startTestApi } from '#test/support/api.ts'
import type { TestApi } from '#test/support/api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(async () => api.stop())

const url = '/v1/configuration'

interface Answer {
  readonly code?: string
  readonly changes?: { change: string; kind: string; name: string; fields: unknown[] }[]
  readonly problems?: { field: string; code: string; says: string }[]
}

async function put(payload: object | string, dryRun = false): Promise<Answer> {
  const headers = { 'content-type': 'application/json' }
  const answer = await api.ask({ method: 'PUT', url: `${url}?dryRun=${dryRun}`, payload, headers })
  expect([200, 422]).toContain(answer.statusCode)
  return answer.json<Answer>()
}

async function read(): Promise<object> {
  return (await api.ask({ url })).json<object>()
}

/** A buyer with an ERP of its supplier, all kinds of things at once. */
function acme(timeZone = 'America/New_York', token = 'the-secret-token') {
  return {
    partners: [
      { name: 'Acme', identifiers: [{ scheme: 'ZZ', value: 'ACME' }] },
      {
        name: 'Us', hosted: true,
        identifiers: [
          { scheme: 'ZZ', value: 'US' }, { scheme: 'vendor', value: '4711', owner: 'Acme' },
        ],
      },
      { name: 'Network' },
    ],
    endpoints: [
      { stream: 'test', name: 'acme-mailbox', connector: 'mailbox', partner: 'Acme' },
      {
        stream: 'test', name: 'our-erp', connector: 'sandbox-erp', partner: 'Us',
        secrets: { token },
        feeds: { papers: { records: {
          sale: { document: 'order-response', mapping: 'sandbox-erp/sale-to-order-response' },
        } } },
      },
    ],
    relationships: [{
      stream: 'test', partner: 'Acme', host: 'Us', endpoint: 'acme-mailbox',
      their: { qualifier: 'ZZ', id: 'ACME' }, our: { qualifier: 'ZZ', id: 'US', group: 'USGROUP' },
      settings: { timeZone, networks: ['Network'] },
      agreements: [
        {
          direction: 'in', document: 'order', set: '850', release: '004010',
          mapping: 'x12/850-to-order',
          settings: { follow: [{
            endpoint: 'our-erp', mapping: 'order-to-sandbox-sale', operation: 'createSale',
          }] },
        },
        {
          direction: 'out', document: 'order-response', set: '855', release: '004010',
          mapping: 'x12/order-response-to-855',
        },
      ],
    }],
    crossReferences: [{
      partner: 'Acme', stream: 'test', table: 'products',
      entries: [{ key: 'A-1', value: { item: 'WIDGET-01' } }],
    }],
  }
}

describe('applying', () => {
  test('a dry run tells all of it and changes nothing; then it is applied, once', async () => {
    const before = await read()
    const told = await put(acme(), true)
    expect(told.changes?.map(({ change, kind }) => `${change} ${kind}`)).toEqual([
      'create partner', 'create partner', 'create partner', 'create endpoint', 'create endpoint',
      'create relationship', 'create agreement', 'create agreement', 'create cross-reference',
    ])
    expect(await read()).toEqual(before)
    expect((await put(acme())).changes).toEqual(told.changes)
    expect((await put(acme())).changes).toEqual([])
    const held = await api.store.prisma.relationship.findFirstOrThrow({
      where: { theirId: 'ACME' }, include: { agreements: true, endpoint: true },
    })
    expect(held).toMatchObject({
      theirGroupId: 'ACME', ourGroupId: 'USGROUP', endpoint: { name: 'acme-mailbox' },
    })
    const erp = await api.store.prisma.endpoint.findFirstOrThrow({ where: { name: 'our-erp' } })
    const network = await api.store.prisma.partner.findFirstOrThrow({ where: { name: 'Network' } })
    expect(held.settings).toMatchObject({ networks: [network.id] })
    expect(held.agreements.find(({ setType }) => setType === '850')?.settings)
      .toMatchObject({ follow: [{ endpoint: erp.id }] })
  })

  test('one field that differs is one difference; what is not told stays', async () => {
    expect((await put(acme('Europe/Berlin'))).changes).toEqual([{
      change: 'update', kind: 'relationship', name: 'ZZ/ACME with ZZ/US (test)',
      fields: [{
        field: 'settings.timeZone', from: 'America/New_York', to: 'Europe/Berlin',
      }],
    }])
    const { changes } = await put({
      partners: [{ name: 'Acme', identifiers: [{ scheme: '12', value: '5551234' }] }],
      crossReferences: [{
        partner: 'Acme', stream: 'test', table: 'products',
        entries: [{ key: 'A-2', value: { item: 'WIDGET-02' } }],
      }],
    })
    expect(changes?.map(({ fields }) => fields)).toEqual([
      [{ field: 'identifiers.12/5551234', to: 'everybody\'s' }],
      [{ field: 'entries.A-2', to: { item: 'WIDGET-02' } }],
    ])
    expect((await put(acme('Europe/Berlin'))).changes).toEqual([])
    const partner = { name: 'Acme' }
    expect(await api.store.prisma.partnerIdentifier.count({ where: { partner } })).toBe(2)
  })

  test('a secret is sealed, and told neither in answers nor in the export', async () => {
    const answer = await put(acme('Europe/Berlin', 'another-secret'))
    expect(answer.changes?.map(({ fields }) => fields)).toEqual([
      [{ field: 'secrets.token', from: 'kept', to: 'new' }],
    ])
    const told = JSON.stringify([answer, await read()])
    expect(told).not.toContain('another-secret')
    expect(told).toContain('"secrets":{"token":{"kept":true}}')
    const { id, secrets, secretsKeyId } = await api.store.prisma.endpoint.findFirstOrThrow({
      where: { name: 'our-erp' },
    })
    const sealed = { sealed: Buffer.from(secrets ?? []), keyId: secretsKeyId ?? '' }
    expect(api.store.secrets.open(sealed, { table: 'endpoints', id }))
      .toEqual({ token: 'another-secret' })
  })

  test('secrets are told as a whole, and those of another connector do not stay', async () => {
    const endpoint = { stream: 'test', name: 'hook', connector: 'webhook' }
    const settings = { url: 'https://hooks.example/in' }
    const secret = `whsec_${Buffer.alloc(24, 1).toString('base64')}`
    const held = async () => {
      const { id, secrets, secretsKeyId } = await api.store.prisma.endpoint.findFirstOrThrow({
        where: { name: 'hook' },
      })
      if (secrets === null || secretsKeyId === null) return null
      const sealed = { sealed: Buffer.from(secrets), keyId: secretsKeyId }
      return api.store.secrets.open(sealed, { table: 'endpoints', id })
    }
    await put({ endpoints: [{ ...endpoint, settings, secrets: { secret } }] })
    const kept = { kept: true }
    const both = { secret: `${secret}=`, previousSecret: secret }
    await put({ endpoints: [{ ...endpoint, secrets: both }] })
    expect(await held()).toEqual(both)
    expect((await put({ endpoints: [endpoint] })).changes).toEqual([])
    const rotated = await put({ endpoints: [{ ...endpoint, secrets: { secret: kept } }] })
    expect(rotated.changes?.map(({ fields }) => fields)).toEqual([
      [{ field: 'secrets.previousSecret', from: 'kept' }],
    ])
    expect(await held()).toEqual({ secret: `${secret}=` })
    await put({ endpoints: [{ ...endpoint, connector: 'mailbox', settings: {} }] })
    expect(await held()).toBeNull()
  })

  test('what is listed replaces all only where that is said', async () => {
    const own = { scheme: 'ZZ', value: 'WANDERS' }
    const numbered = { scheme: 'vendor', value: '1', owner: 'Acme' }
    await put({ partners: [{ name: 'Old', identifiers: [own, numbered] }] })
    const moved = await put({ partners: [
      { name: 'New', identifiers: [own] }, { name: 'Old', replace: true, identifiers: [numbered] },
    ] })
    const shown = 'everybody\'s'
    expect(moved.changes).toMatchObject([
      {
        name: 'New',
        fields: [{ field: 'hosted' }, { field: 'identifiers', to: { 'ZZ/WANDERS': shown } }],
      },
      { name: 'Old', fields: [{ field: 'identifiers.ZZ/WANDERS', from: shown }] },
    ])
    const back = await put({ partners: [{ name: 'Old', identifiers: [own] }] })
    expect(back.problems).toMatchObject([{ code: 'CONFIGURATION_IDENTIFIER_TAKEN' }])

    const [relationship] = acme('Europe/Berlin').relationships
    const [order] = relationship?.agreements ?? []
    const less = { ...relationship, agreements: [order] }
    expect((await put({ relationships: [less] })).changes).toEqual([])
    const replaced = await put({ relationships: [{ ...less, replace: true }] })
    const name = 'out 855 004010, ZZ/ACME with ZZ/US (test)'
    expect(replaced.changes).toEqual([{ change: 'remove', kind: 'agreement', name, fields: [] }])
    expect((await put({ relationships: [{ ...less, replace: true }] })).changes).toEqual([])
    expect(await api.store.prisma.agreement.count({ where: { relationship: { theirId: 'ACME' } } }))
      .toBe(1)
    expect((await put(acme('Europe/Berlin', 'another-secret'))).changes).toHaveLength(1)
  })

  test('what is exported is applied again: nothing to change, on the sandbox too', async () => {
    const file = join(import.meta.dirname, '../../../mappings/sandbox/cross-references.yaml')
    const tables = parse(readFileSync(file, 'utf8')) as Parameters<typeof seedSandbox>[1]
    await seedSandbox(api.store, tables)
    const exported = await read()
    expect(await put(exported)).toEqual({ dryRun: false, changes: [] })
    expect(await read()).toEqual(exported)
  })
})

describe('problems', () => {
  test('are told all at once, each with its place, and nothing is applied', async () => {
    const before = await read()
    const bad = acme('Mars/Olympus')
    const [relationship] = bad.relationships
    const [order] = relationship?.agreements ?? []
    if (relationship === undefined || order === undefined) throw new Error('no relationship')
    const answer = await put({
      partners: [
        ...bad.partners, { name: 'Acme' },
        { name: 'Thief', identifiers: [{ scheme: 'ZZ', value: 'ACME' }] },
      ],
      endpoints: [
        { stream: 'test', name: 'x', connector: 'fax' },
        { stream: 'test', name: 'y', connector: 'sandbox-erp', partner: 'Nobody' },
      ],
      relationships: [{
        ...relationship, host: 'Acme', endpoint: 'nowhere',
        agreements: [
          { ...order, mapping: 'x12/none' }, { ...order, release: '004010', document: 'invoice' },
        ],
      }],
    })
    expect(answer.code).toBe('CONFIGURATION_INVALID')
    expect(answer.problems?.map(({ field, code }) => `${field} ${code}`)).toEqual([
      'partners[4] CONFIGURATION_TWICE',
      'endpoints[1].connector CONFIGURATION_NAME_UNKNOWN',
      'endpoints[2].partner CONFIGURATION_NAME_UNKNOWN',
      'endpoints[2] CONFIGURATION_ENDPOINT_UNFIT',
      'relationships[1].host CONFIGURATION_FIXED',
      'relationships[1].endpoint CONFIGURATION_NAME_UNKNOWN',
      'relationships[1].settings.timeZone CONFIGURATION_VALUE_UNFIT',
      'relationships[1].agreements[1].mapping CONFIGURATION_NAME_UNKNOWN',
      'relationships[1].agreements[2] CONFIGURATION_TWICE',
      'relationships[1].agreements[2].mapping CONFIGURATION_MAPPING_UNFIT',
      'relationships[1].agreements[2].settings.follow[1].mapping CONFIGURATION_MAPPING_UNFIT',
      'partners[5].identifiers[1] CONFIGURATION_IDENTIFIER_TAKEN',
    ])
    expect(await read()).toEqual(before)
  })

  test.each([
    [{ partner: [] }, 'partner'],
    [{ partners: [{ name: 5 }] }, 'partners[1].name'],
    [{ partners: [{ name: '' }] }, 'partners[1].name'],
    [{ partners: [{ name: 'a\0b' }] }, 'partners[1].name'],
    [{ partners: [{ name: 'Acme ' }] }, 'partners[1].name'],
    [{ partners: [{ name: 'Acme\ud83d' }] }, 'partners[1].name'],
    [{ endpoints: [{ stream: 'prod', name: 'x', connector: 'mailbox' }] }, 'endpoints[1].stream'],
    [{ relationships: [{
      ...acme().relationships[0], settings: { acknowlege: false },
    }] }, 'relationships[1].settings.acknowlege'],
    [{ relationships: [{
      ...acme().relationships[0], settings: { acknowledge: 'yes' },
    }] }, 'relationships[1].settings.acknowledge'],
    [{ relationships: [{
      ...acme().relationships[0], settings: { severities: { X12_NO_SUCH: 'note' } },
    }] }, 'relationships[1].settings.severities.X12_NO_SUCH'],
    [[], 'the document'],
  ])('of shape: %j', async (body, field) => {
    const answer = await put(body)
    expect(answer.problems?.map((problem) => problem.field)).toContain(field)
    expect(answer.problems?.every(({ code }) => code === 'CONFIGURATION_SHAPE')).toBe(true)
  })

  const mailbox = { stream: 'test', name: 'odd', connector: 'mailbox' }
  test.each<[what: string, settings: object, field: string]>([
    ['a NUL', { deep: [{ text: 'a\0b' }] }, 'settings.deep[1].text'],
    ['half of a surrogate pair', { text: '\ud800' }, 'settings.text'],
    ['a name with a NUL', { 'a\0b': 1 }, 'settings'],
  ])('of what cannot be kept: %s', async (_what, settings, field) => {
    const answer = await put({ endpoints: [{ ...mailbox, settings }] })
    expect(answer.problems).toMatchObject([
      { field: `endpoints[1].${field}`, code: 'CONFIGURATION_SHAPE' },
    ])
  })

  test.each(['dryRun=1', 'dryrun=true', 'dryRun=', 'dryRun=true&dryRun=true'])(
    'of a query that is none: %s applies nothing', async (query) => {
      const before = await read()
      const payload = { partners: [{ name: 'Dry' }] }
      const answer = await api.ask({ method: 'PUT', url: `${url}?${query}`, payload })
      expect(answer.json()).toMatchObject({ status: 400, code: 'REQUEST_INVALID' })
      expect(await read()).toEqual(before)
    })

  test.each([
    [{ segment: '*' }, 'two of them are the same'], [{ element: 'A' }, 'data is made of'],
    [{ component: '€' }, 'byte 8364 is not ASCII'], [{ component: '\n' }, 'a line end can only'],
    [{ segment: '\n', lineEnd: '\r\n' as const }, 'takes no other one'],
  ])('of delimiters: %j', async (delimiters, reason) => {
    const [relationship] = acme().relationships
    const answer = await put({ relationships: [{ ...relationship, settings: { delimiters } }] })
    expect(answer.problems).toMatchObject([{
      field: 'relationships[1].settings.delimiters',
      says: expect.stringContaining(reason) as string,
    }])
  })

  test('of what is nested without end', async () => {
    const settings = '{"in":'.repeat(50_000) + '1' + '}'.repeat(50_000)
    const answer = await put(JSON.stringify({ endpoints: [{ ...mailbox, settings: 'x' }] })
      .replace('"x"', settings))
    expect(answer.problems).toMatchObject([
      { field: `endpoints[1].settings${'.in'.repeat(29)}`, code: 'CONFIGURATION_SHAPE' },
    ])
  })

  test('of settings and secrets that the connector does not have', async () => {
    const http = { stream: 'test', name: 'odd', connector: 'http' }
    const settings = { url: 'https://a.example', auth: 'none', pasword: 'hush', allowedHosts: 'x' }
    const answer = await put({ endpoints: [
      { ...http, settings, secrets: { constructor: 'x' } },
      { ...mailbox, name: 'other', settings: { url: 'x' }, secrets: { token: 'x' } },
    ] })
    expect(answer.problems?.map(({ field, says }) => `${field} ${says}`)).toEqual([
      'setting allowedHosts must be a list of hosts', 'it has no setting pasword',
      'it has no secret constructor',
    ].map((reason) => `endpoints[1] The endpoint cannot be used like this: ${reason}.`).concat([
      'it has no setting url', 'it has no secret token',
    ].map((reason) => `endpoints[2] The endpoint cannot be used like this: ${reason}.`)))
    expect(JSON.stringify(answer)).not.toContain('hush')
    const fits = { ...http, settings: { ...settings, allowedHosts: ['10.0.0.7:8443'] } }
    expect((await put({ endpoints: [fits] }, true)).problems).toHaveLength(1)
  })

  test('of a secret that is to be kept and is not there', async () => {
    const answer = await put({ endpoints: [{
      stream: 'live', name: 'new-erp', connector: 'sandbox-erp', secrets: { token: { kept: true } },
    }] })
    expect(answer.problems).toMatchObject([{ field: 'endpoints[1].secrets.token' }])
  })

  test.each([['operator', 200], ['auditor', 200], ['finance', 403]] as const)(
    '%s may not apply; reading is answered %i', async (role, status) => {
      const key = await api.makeKey(role)
      expect((await api.ask({ url }, key)).statusCode).toBe(status)
      const applied = await api.ask({ method: 'PUT', url: `${url}?dryRun=true`, payload: {} }, key)
      expect(applied.statusCode).toBe(403)
    })
})
