import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { catalog } from '#core/errors/catalog.ts'
import { errorsDoc, errorsDocPath } from './errors-doc.ts'

test('a code becomes a section with its sentence, its remedy and its fate', () => {
  const page = errorsDoc({
    Z_LATER: { fate: 'refused', http: 422, says: 'Late.', remedy: 'Hurry.' },
    A_FIRST: { fate: 'not_sent', http: 503, says: 'No {thing}.', remedy: 'Wait for {thing}.' },
  })
  expect(page).toContain(
    '## A_FIRST\n\nNo {thing}.\n\n**What to do.** Wait for {thing}.\n\n' +
      'Nothing has happened yet; it is tried again. HTTP 503.\n',
  )
  expect(page.indexOf('A_FIRST')).toBeLessThan(page.indexOf('Z_LATER'))
})

test('docs/errors.md is what the catalog says: run `npm run errors-doc`', () => {
  expect(readFileSync(errorsDocPath, 'utf8')).toBe(errorsDoc(catalog))
})
