import { expect, test } from 'vitest'
import { connectors } from '../index.ts'
import { addressOf } from './address.ts'
import type { Connector } from './contract.ts'
import { endpointProblems } from './settings.ts'

const northwind: Connector = {
  ...connectors.get('sandbox-erp')!,
  id: 'northwind',
  baseUrl: 'https://{tenant}.northwind.example/rest',
  settings: {
    tenant: { label: 'Tenant', help: '', pattern: '[a-z0-9-]+' },
    company: { label: 'Company', help: '', pattern: '\\d+|all', optional: true },
  },
  secrets: {
    key: { label: 'Key', help: '' }, old: { label: 'Old key', help: '', optional: true },
  },
}

test.each<[settings: object, secrets: object, problems: string[]]>([
  [{ tenant: 'acme' }, { key: 'k' }, []],
  [{ tenant: 'acme', company: '7', allowedHosts: ['x'] }, { key: 'k', old: 'k' }, []],
  [{}, {}, ['setting tenant is missing', 'secret key is missing']],
  [{ tenant: 'evil.example/' }, { key: 'k' }, ['setting tenant must match [a-z0-9-]+']],
  // The pattern is of the whole value, alternatives too.
  [{ tenant: 'acme', company: '7 all' }, { key: 'k' }, ['setting company must match \\d+|all']],
  [{ tenant: ['acme'] }, { key: 'k' }, ['setting tenant must match [a-z0-9-]+']],
])('%j with %j', (settings, secrets, problems) => {
  expect(endpointProblems(northwind, { ...settings }, { ...secrets })).toEqual(problems)
})

test('an address is base, path and query', () => {
  const plan = { method: 'GET', path: '/orders', query: { q: 'a&b' } } as const
  expect(addressOf(northwind, { tenant: 'acme' }, 'http://hub', plan))
    .toBe('https://acme.northwind.example/rest/orders?q=a%26b')
  expect(() => addressOf(northwind, {}, 'http://hub', plan)).toThrow(/setting tenant is missing/)
  const odd = { ...northwind, baseUrl: '{tenant}' }
  expect(() => addressOf(odd, { tenant: 'no address' }, 'http://hub', plan)).toThrow(/address/)
})
