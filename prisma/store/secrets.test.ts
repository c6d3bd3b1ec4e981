import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { makeSecrets } from './secrets.ts'

const secrets = makeSecrets(randomBytes(32))
const place = { table: 'endpoints', id: '01a20134-3963-73b1-95d6-927fcf0c9ddc' }
const credentials = { token: 'naïve ✓', user: '' }

test('what is sealed for a row opens for that row, and shows nothing of itself', () => {
  const { sealed, keyId } = secrets.seal(credentials, place)
  expect(secrets.open({ sealed, keyId }, place)).toEqual(credentials)
  expect(sealed.toString('latin1')).not.toContain('token')
  expect(secrets.seal(credentials, place).sealed.equals(sealed)).toBe(false)
})

test('it does not open for another row or table', () => {
  const sealed = secrets.seal(credentials, place)
  const others = [{ ...place, id: place.id.replace('c', 'd') }, { ...place, table: 'other' }]
  for (const other of others) {
    expect(() => secrets.open(sealed, other)).toThrow(
      expect.objectContaining({ code: 'SECRET_DAMAGED' }),
    )
  }
})

test('any byte changed, or any length cut, is damage', () => {
  const { sealed, keyId } = secrets.seal(credentials, place)
  const damage = expect.objectContaining({ code: 'SECRET_DAMAGED' }) as Error
  for (let n = 0; n < sealed.length; n++) {
    const changed = Buffer.from(sealed)
    changed[n]! ^= 1
    expect(() => secrets.open({ sealed: changed, keyId }, place)).toThrow(damage)
    expect(() => secrets.open({ sealed: sealed.subarray(0, n), keyId }, place)).toThrow(damage)
  }
})

test('another key is named, not tried', () => {
  const { sealed, keyId } = secrets.seal(credentials, place)
  const other = makeSecrets(randomBytes(32))
  expect(() => other.open({ sealed, keyId }, place)).toThrow(expect.objectContaining({
    code: 'SECRETS_KEY_WRONG',
    facts: { row: `endpoints ${place.id}`, sealedWith: keyId, keyId: other.keyId },
  }))
})
