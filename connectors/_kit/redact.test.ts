import { expect, test } from 'vitest'
import { redacted } from './redact.ts'

test.each([
  ['401 {"got":"Bearer s3cret-1"}', ['s3cret-1', 'Bearer s3cret-1'], '401 {"got":"[secret]"}'],
  ['twice s3cret, s3cret', ['s3cret'], 'twice [secret], [secret]'],
  ['nothing of it', ['s3cret'], 'nothing of it'],
  ['ab is no secret', ['ab', ''], 'ab is no secret'],
])('%s without %j: %s', (text, secrets, clean) => {
  expect(redacted(text, secrets)).toBe(clean)
})
