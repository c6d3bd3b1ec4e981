import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Order } from '#core/documents/order/schema.ts'
import { orderEffect } from '#core/documents/order/effect.ts'
import type { At, FaultView } from '#core/errors/fault.ts'
import { anyLookups } from '#cli/map/context.ts'
import { tryFile, type Trial } from '#cli/map/trial.ts'
import { MappingShelf } from '#workers/effects/mappings.ts'
import { describeWithShared, shared } from '#test/support/shared.ts'

/**
 * Every 850 of the corpus through the mapping, with tables that know every key. The golden file was
 * read set by set against the messages; `npx vitest run test/corpus -u` writes it anew.
 */
describeWithShared('850s of the corpus', () => {
  test('become the orders they are, or say why not', { timeout: 60_000 }, async () => {
    const mapping = new MappingShelf().get('x12/850-to-order')
    const summary: Record<string, unknown> = {}
    for (const file of purchaseOrders()) {
      const bytes = readFileSync(shared(`corpus/${file}`))
      const context = { partner: { currency: 'USD' }, lookups: anyLookups }
      summary[file] = (await tryFile(mapping, bytes, context)).map(summaryOf)
    }
    const golden = `${JSON.stringify(summary, null, 2)}\n`
    await expect(golden).toMatchFileSnapshot('order-850.golden.json')
  })
})

/** X12 files of the corpus whose sets are, or include, an 850. */
function purchaseOrders(): readonly string[] {
  const [, ...rows] = readFileSync(shared('corpus/MANIFEST.tsv'), 'utf8').trimEnd().split('\n')
  return rows
    .map((row) => row.split('\t'))
    .filter(([format, , detected, types]) =>
      format === 'x12' && detected === 'x12' && types?.split(',').includes('850'))
    .map(([, file]) => file ?? '')
}

function summaryOf(trial: Trial): unknown {
  if (trial.outcome !== 'mapped') {
    return { set: trial.set, outcome: trial.outcome, faults: faultLines(trial.faults) }
  }
  const order = trial.output as Order
  const { number, release, purpose, type, orderedOn, currency, lines } = order
  return {
    set: trial.set,
    order: { number, release, purpose, type, effect: orderEffect(order), orderedOn, currency },
    parties: order.parties?.map(partyLine),
    dates: order.dates?.map(({ kind, of, on }) => `${kind} ${of} ${on ?? ''}`),
    lines: lines.map(lineOf),
    others: others(order),
  }
}

/** The first of each code with its place, and how many there are. */
function faultLines(faults: readonly FaultView[]): readonly string[] {
  return [...new Set(faults.map(({ code }) => code))].map((code) => {
    const same = faults.filter((fault) => fault.code === code)
    return `${same.length} × ${code}${placeOf(same[0]?.at)}`
  })
}

function placeOf(at: At | undefined): string {
  if (at === undefined) return ''
  const element = at.element === undefined ? '' : String(at.element).padStart(2, '0')
  return ` at segment ${at.segment}, ${at.tag}${element}`
}

function partyLine({ role, identifiers = [] }: NonNullable<Order['parties']>[number]): string {
  const named = identifiers.map(({ scheme, owner }) => `${scheme}${owner ? ` of ${owner}` : ''}`)
  return [role, ...named].join(', ')
}

function lineOf(line: Order['lines'][number]): string {
  const { number, quantity, price, ids } = line
  const asked = `${number}: ${quantity.value} ${quantity.unit}`
  const paid = price === undefined
    ? 'unpriced'
    : `at ${price.value} ${price.currency} per ${price.per.value} ${price.per.unit}`
  const schemes = ids.map(({ givenScheme, scheme }) => `${givenScheme} ${scheme}`).join(', ')
  return `${asked} ${paid} (${schemes})`
}

/** How many of the lists that are summed up by their length only. */
function others(order: Order): Readonly<Record<string, number>> {
  const named = ['lines', 'parties', 'dates']
  return Object.fromEntries(
    Object.entries(order)
      .filter(([name, value]) => Array.isArray(value) && !named.includes(name))
      .map(([name, value]) => [name, (value as readonly unknown[]).length]),
  )
}
