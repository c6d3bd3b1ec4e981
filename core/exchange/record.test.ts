import { describe, expect, test } from 'vitest'
import { judgeRecord, parseRecord } from './record.ts'
import type { RecordSource } from './record.ts'

const source: RecordSource = {
  stream: 'test',
  endpoint: { id: 'e', name: 'Our ERP', connector: 'sandbox-erp', partnerId: 'seller', use: null },
  documentId: null,
  key: 'sale:7',
  kind: 'sale',
  reference: 'order',
}

const bytesOf = (text: string) => Buffer.from(text, 'utf8')

describe('judgeRecord', () => {
  test('a record is one set in an envelope that names its source', () => {
    const bytes = bytesOf('{"number":"1"}')
    const judgement = judgeRecord(bytes, source)
    expect(judgement).toMatchObject({ standard: 'json', faults: [], park: null })
    expect(judgement.interchanges).toMatchObject([{
      standard: 'json',
      control: 'sale:7',
      senderQualifier: 'sandbox-erp',
      senderId: 'Our ERP',
      stream: 'test',
      partnerId: 'seller',
      relationshipId: null,
      verdict: 'accepted',
      acknowledgement: null,
      remember: null,
      groups: [{
        acknowledgement: null,
        sets: [{
          position: 0, type: 'sale', control: 'sale:7', status: 'due', agreementId: null,
          byte: 0, length: bytes.length,
        }],
      }],
    }])
  })

  test('a document that is made anew has no endpoint', () => {
    const anew = { ...source, endpoint: null, documentId: 'd', kind: 'invoice' }
    expect(judgeRecord(bytesOf('{}'), anew).interchanges).toMatchObject([{
      senderQualifier: '', senderId: '', partnerId: null, groups: [{ sets: [{ type: 'invoice' }] }],
    }])
  })

  test('the same bytes have the same hash, others another', () => {
    const hash = (text: string) => judgeRecord(bytesOf(text), source).interchanges[0]?.sha256
    expect(hash('{}')).toMatch(/^[0-9a-f]{64}$/)
    expect(hash('{}')).toBe(hash('{}'))
    expect(hash('{}')).not.toBe(hash('{ }'))
  })

  test.each([
    ['nothing', Buffer.alloc(0)],
    ['half a record', bytesOf('{"number":')],
    ['two records', bytesOf('{}{}')],
    ['an interchange', bytesOf('ISA*00*')],
    ['no UTF-8', Buffer.from([0x22, 0xff, 0x22])],
    ['no number of JSON', bytesOf('NaN')],
  ])('%s is parked for an operator', (_, bytes) => {
    expect(judgeRecord(bytes, source)).toEqual({
      standard: 'json',
      interchanges: [],
      faults: [],
      park: {
        fault: expect.objectContaining({
          code: 'RECORD_UNREADABLE',
          says: 'Record sale:7 of kind sale is no JSON.',
          at: { byte: 0, segment: 1, tag: 'sale' },
        }) as unknown,
        owner: 'operator',
      },
    })
  })
})

describe('parseRecord', () => {
  test.each([
    ['{"a":[1,null]}', { a: [1, null] }],
    [' null ', null],
    ['\u{FEFF}{"a":"ä"}', { a: 'ä' }],
    ['{', undefined],
  ])('%j', (text, record) => expect(parseRecord(bytesOf(text))).toEqual(record))
})
