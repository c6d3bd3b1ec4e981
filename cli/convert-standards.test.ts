import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { releases } from '#core/codecs/x12/dictionary.ts'
import { describeWithShared, shared } from '#test/support/shared.ts'
import { dictionaryFile, dictionaryText } from './convert-standards.ts'

describeWithShared('the dictionaries', () => {
  test.each(releases)('of %s are what the facts give', (release) => {
    const committed = readFileSync(dictionaryFile(release), 'utf8')
    expect(dictionaryText(shared('standards'), release) === committed).toBe(true)
  })

  test.each(['004030', '005030'])('may be made of %s too', (release) => {
    const made = JSON.parse(dictionaryText(shared('standards'), release)) as object
    const sets = { 850: ['Purchase Order', 'PO', expect.stringContaining('ST! BEG! CUR REF*')] }
    expect(made).toMatchObject({ release, codes: 'advisory', sets })
  })
})
