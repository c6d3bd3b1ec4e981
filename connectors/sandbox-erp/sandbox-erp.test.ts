import { describe, expect, test } from 'vitest'

import type { SingleCall } from '../_kit/contract.ts'
import { createSale } from './operations/create-sale.ts'
import exchange from './fixtures/create-sale.json' with { type: 'json' }

const operation = createSale as SingleCall<unknown, unknown>
const context = { reference: exchange.reference, settings: {} }

describe('creating a sale', () => {
  test('sends the sale under the number of the buyer, with our own reference in it', () => {
    expect(operation.request(exchange.input, context)).toEqual(exchange.request)
  })

  test('answers what the ERP calls it', () => {
    expect(operation.response(exchange.answer, context)).toEqual(exchange.output)
  })

  test('an answer that names no sale is no success', () => {
    expect(() => operation.response({ status: 200, headers: {}, body: 'OK' }, context)).toThrow()
  })

  test('is found again by our own reference, among sales under the same number', () => {
    if (operation.effect !== 'write' || operation.safeBy !== 'lookup') throw new Error('no look-up')
    const { lookUp } = operation
    expect(lookUp.request(exchange.input, context)).toEqual(exchange.lookUp.request)
    expect(lookUp.response(exchange.lookUp.answer, context)).toEqual(exchange.output)
    const others = { ...context, reference: 'of-another-order' }
    expect(lookUp.response(exchange.lookUp.answer, others)).toBeNull()
    const cut = { status: 200, headers: {}, body: { items: [], next: 'more' } }
    expect(() => lookUp.response(cut, context)).toThrow()
    const page = { status: 200, headers: {}, body: '<html>' }
    expect(() => lookUp.response(page, context)).toThrow()
  })
})
