import { expect, test } from 'vitest'
import { checkHubUrl, parsePort, readEnvironment } from './env.ts'

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

test('a wrong REDIS_URL or CROSSDOCK_HUB_URL is refused without being repeated', () => {
  for (const name of ['REDIS_URL', 'CROSSDOCK_HUB_URL']) {
    for (const text of ['postgres://u:hidden@h/x', 'hidden', 'hidden:6379', '//hidden']) {
      const read = () => readEnvironment({ [name]: text })
      expect(read).toThrow(expect.objectContaining({ code: 'SETTING_INVALID' }))
      expect(read).toThrow(name)
      expect(read).not.toThrow(/hidden/)
    }
  }
})

test('Redis is taken plain or by TLS, a hub with or without a slash', () => {
  for (const url of ['redis://h', 'rediss://u:p@h:6380/2']) {
    expect(readEnvironment({ REDIS_URL: url }).redisUrl).toBe(url)
  }
  expect(readEnvironment({ CROSSDOCK_HUB_URL: 'https://h:8080/' }).hubUrl).toBe('https://h:8080')
  expect(() => checkHubUrl('h:8080', '--hub')).toThrow('--hub must be a URL such as http://')
})

test('an unknown LOG_LEVEL is refused', () => {
  expect(() => readEnvironment({ LOG_LEVEL: 'loud' })).toThrow(/LOG_LEVEL must be one of fatal/)
})
