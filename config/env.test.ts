import { expect, test } from 'vitest'
import { parsePort, readEnvironment } from './env.ts'

test('what is not set, or set to nothing, is undefined', () => {
  const nothing = {
    port: undefined, dataDirectory: undefined, databaseUrl: undefined, redisUrl: undefined,
    hubUrl: undefined, adminKey: undefined,
    secretsKey: undefined, logLevel: 'info',
  }
  expect(readEnvironment({})).toEqual(nothing)
  expect(readEnvironment({
    PORT: '', CROSSDOCK_DATA: '', DATABASE_URL: '', CROSSDOCK_ADMIN_KEY: '',
    CROSSDOCK_SECRETS_KEY: '', LOG_LEVEL: '',
  })).toEqual(nothing)
})

test('what is set is read', () => {
  expect(readEnvironment({
    PORT: '9090', CROSSDOCK_DATA: 'd', DATABASE_URL: 'postgres://h/x', LOG_LEVEL: 'warn',
  })).toMatchObject({
    port: 9090, dataDirectory: 'd', databaseUrl: 'postgres://h/x', logLevel: 'warn',
  })
})

test.each(['-1', '65536', '8o80', '80.0', '0x50', ' 80', '1e3'])('%j is no port', (text) => {
  expect(() => parsePort(text, 'PORT')).toThrow('PORT must be a port, 0 to 65535.')
})

test('a wrong DATABASE_URL is refused without being repeated', () => {
  for (const text of ['mysql://u:hidden@h/x', 'hidden', 'postgres//hidden']) {
    const read = () => readEnvironment({ DATABASE_URL: text })
    expect(read).toThrow(expect.objectContaining({ code: 'SETTING_INVALID' }))
    expect(read).not.toThrow(/hidden/)
  }
})

test('an unknown LOG_LEVEL is refused', () => {
  expect(() => readEnvironment({ LOG_LEVEL: 'loud' })).toThrow(/LOG_LEVEL must be one of fatal/)
})
