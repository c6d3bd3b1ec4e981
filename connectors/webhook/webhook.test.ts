import { expect, test } from 'vitest'
import { fateOfAnswer } from '../_kit/fate.ts'
import { webhook } from './connector.ts'

test.each([
  [200, null, null], [204, null, null], [410, 'refused', 'The receiver wants no more'],
  [404, 'not_sent', null], [401, 'not_sent', null], [500, 'unknown', null],
])('%i: %s', (status, fate, remedy) => {
  const verdict = fateOfAnswer(webhook.errors, { status, headers: {}, body: '' }, 'retry-after', 0)
  expect(verdict?.fate ?? null).toBe(fate)
  expect(verdict?.remedy?.slice(0, 26) ?? null).toBe(remedy)
})
