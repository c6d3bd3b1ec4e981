import { createRequire } from 'node:module'
import { CompiledDictionary } from './dictionary-compile.ts'
import type { DictionarySource } from './dictionary-compile.ts'

/** Releases whose facts stand beside this file (made by cli/convert-standards.ts), oldest first. */
export const releases = ['003040', '004010', '005010'] as const

type Release = (typeof releases)[number]

/** A JSON import that waits until a release is met: no file is read that no message needs. */
const load = createRequire(import.meta.url)
const loaded = new Map<Release, CompiledDictionary>()

/**
 * The dictionary for a GS08 as it stands: its first six characters choose. `exact` is false where
 * we have no facts for that release and the nearest stands in: of the same version (its first three
 * digits) if there is one, since dates changed their length between 003 and 004.
 */
export function dictionaryFor(
  release: string,
): { dictionary: CompiledDictionary; exact: boolean } {
  const wanted = release.slice(0, 6)
  const nearest = nearestRelease(wanted)
  let dictionary = loaded.get(nearest)
  if (dictionary === undefined) {
    dictionary = new CompiledDictionary(load(`./dictionary/${nearest}.json`) as DictionarySource)
    loaded.set(nearest, dictionary)
  }
  return { dictionary, exact: nearest === wanted }
}

function nearestRelease(wanted: string): Release {
  const digits = /^\d{6}$/.test(wanted) ? Number(wanted) : 4010
  const [first, ...rest] = releases
  return rest.reduce<Release>(
    (best, next) => (distance(digits, next) < distance(digits, best) ? next : best), first,
  )
}

function distance(wanted: number, release: Release): number {
  const have = Number(release)
  const sameVersion = Math.floor(have / 1000) === Math.floor(wanted / 1000)
  return Math.abs(have - wanted) + (sameVersion ? 0 : 1_000_000)
}
