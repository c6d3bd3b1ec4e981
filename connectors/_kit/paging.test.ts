import { describe, expect, test } from 'vitest'
import type { Answer } from './contract.ts'
import { allPages, nextPage } from './paging.ts'
import type { Pages } from './paging.ts'

function answer(body: unknown, link?: string): Answer {
  return { status: 200, headers: { link }, body }
}

const cursor: Pages = { kind: 'cursor', read: 'meta.next', send: 'after' }
const offset: Pages = { kind: 'offset', send: 'skip', pageItems: 2 }
const number: Pages = { kind: 'number', send: 'page', first: 1, pageItems: 2 }
const link: Pages = { kind: 'link' }

describe('the next page', () => {
  test.each<[pages: Pages, index: number, items: number, answer: Answer, next: object | null]>([
    [cursor, 0, 2, answer({ meta: { next: 'x y' } }), { after: 'x y' }],
    [cursor, 0, 2, answer({ meta: { next: 7 } }), { after: '7' }],
    [cursor, 0, 2, answer({ meta: { next: '' } }), null],
    [cursor, 0, 2, answer({ meta: { next: null } }), null],
    [cursor, 0, 2, answer({ meta: null }), null],
    [cursor, 0, 2, answer('hello'), null],
    [offset, 0, 2, answer([]), { skip: '2' }],
    [offset, 4, 2, answer([]), { skip: '10' }],
    [offset, 4, 1, answer([]), null],
    [number, 0, 2, answer([]), { page: '2' }],
    [number, 3, 0, answer([]), null],
    [link, 0, 2, answer([], '<https://x.example/a?p=2&q=a%20b>; rel="next"'), { p: '2', q: 'a b' }],
    [link, 0, 2, answer([], '</a?p=1>; rel="prev", </a?p=3>; title="x"; rel=next'), { p: '3' }],
    [link, 0, 2, answer([], '</a?p=3>; rel="last next"'), { p: '3' }],
    [link, 0, 2, answer([], '</a?p=1>; rel="prev"'), null],
    [link, 0, 2, answer([], '</a?p=1>; rel="nextish"'), null],
    [link, 0, 2, answer([], undefined), null],
  ])('%j after page %i of %i items', (pages, index, items, read, next) => {
    expect(nextPage(pages, { index, items, answer: read })).toEqual(next)
  })
})

/** Plays a list of pages to the conversation; answers what was asked and what came of it. */
function play(pages: readonly (readonly number[])[], pagesMax: number) {
  const asked: unknown[] = []
  const plan = { method: 'GET', path: '/items', query: { open: 'yes' } } as const
  const reading = allPages(plan, offset, ({ body }) => body as number[], pagesMax)
  let turn = reading.next()
  while (turn.done !== true) {
    asked.push(turn.value.plan.query)
    turn = reading.next(answer(pages[asked.length - 1]))
  }
  return { asked, items: turn.value }
}

test('all pages are read, each with the query of the first one', () => {
  expect(play([[1, 2], [3, 4], [5]], 10)).toEqual({
    items: [1, 2, 3, 4, 5],
    asked: [{ open: 'yes' }, { open: 'yes', skip: '2' }, { open: 'yes', skip: '4' }],
  })
})

test('a list that does not end is not taken for whole', () => {
  expect(() => play(Array.from({ length: 5 }, () => [1, 2]), 3)).toThrow(/more than 3 pages/)
})
