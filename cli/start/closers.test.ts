import { expect, test } from 'vitest'
import { makeClosers } from './closers.ts'

test('closes the last first, once, and goes on after what fails or hangs', async () => {
  const closed: string[] = []
  const failed: [string, string][] = []
  const closers = makeClosers((name, error) => failed.push([name, String(error)]))
  closers.add('first', 50, async () => void closed.push('first'))
  closers.add('hanging', 20, () => new Promise(() => undefined))
  closers.add('failing', 50, async () => { throw new Error('no') })
  closers.add('last', 50, async () => void closed.push('last'))
  await closers.closeAll()
  await closers.closeAll()
  expect(closed).toEqual(['last', 'first'])
  expect(failed).toEqual([['failing', 'Error: no'], ['hanging', 'Error: not done after 20 ms']])
})
