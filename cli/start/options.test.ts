import { expect, test } from 'vitest'
import { readEnvironment } from '#config/env.ts'
import { readStartOptions, workerFlags } from './options.ts'

const read = (args: string[], variables: NodeJS.ProcessEnv = {}) =>
  readStartOptions(args, readEnvironment(variables))

test('by default a hub with a sandbox on the loopback address', () => {
  expect(read([])).toMatchObject({
    host: '127.0.0.1', port: 8080, dataDirectory: 'data', sandbox: true, databaseUrl: undefined,
  })
})

test('flags win over the environment', () => {
  const variables = { PORT: '9001', CROSSDOCK_DATA: 'there' }
  expect(read([], variables)).toMatchObject({ port: 9001, dataDirectory: 'there' })
  expect(read(['--port', '9002', '--data=here', '--host', '::1'], variables)).toMatchObject({
    port: 9002, dataDirectory: 'here', host: '::1',
  })
})

test('on a database of one\'s own there is a sandbox only where it is asked for', () => {
  const variables = { DATABASE_URL: 'postgres://h/x' }
  expect(read([], variables).sandbox).toBe(false)
  expect(read(['--sandbox'], variables).sandbox).toBe(true)
})

test('a worker has flags of its own', () => {
  const variables = { DATABASE_URL: 'postgres://h/x', PORT: '9001', CROSSDOCK_HUB_URL: 'http://a' }
  const readWorker = (args: string[]) =>
    readStartOptions(args, readEnvironment(variables), workerFlags)
  expect(readWorker([])).toMatchObject({ hubUrl: 'http://a', healthPort: undefined })
  expect(readWorker(['--hub', 'http://b:1/', '--health-port', '9002', '--host', '::']))
    .toMatchObject({ hubUrl: 'http://b:1', healthPort: 9002, host: '::' })
  expect(() => readWorker(['--hub', 'b:1'])).toThrow('--hub must be a URL')
  expect(() => readWorker(['--port', '1'])).toThrow('--port is for another command.')
  expect(() => readWorker(['--sandbox'])).toThrow('--sandbox is for another command.')
  expect(() => read(['--hub', 'http://b'], variables)).toThrow('--hub is for another command.')
})

test('unknown flags and wrong ports are refused', () => {
  expect(() => read(['--prot', '1'])).toThrow(/--prot/)
  expect(() => read(['--port', 'http'])).toThrow('--port must be a port, 0 to 65535.')
})
