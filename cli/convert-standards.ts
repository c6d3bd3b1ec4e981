/**
 * Makes the compact dictionaries the reader loads from the fact files of a standards folder:
 *
 *     node cli/convert-standards.ts STANDARDS_FOLDER [RELEASE...]
 *
 * STANDARDS_FOLDER/x12/RELEASE/ holds segments, composites, elements, codes and transactions as
 * JSON. Each output is core/codecs/x12/dictionary/RELEASE.json, sorted and one entry per line, so a
 * changed fact is a changed line. Names of codes are left out.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const releasesDefault = ['003040', '004010', '005010']

type Use = [ref: string, requirement: string, repeat?: number]
type Entry = [tag: string, requirement: string, max: number, children?: Entry[]]
interface Facts {
  segments: Record<string, { n: string; e: Use[]; s?: string[] }>
  composites: Record<string, { n: string; e: Use[]; s?: string[] }>
  elements: Record<string, { n: string; t: string; min: number; max: number; c?: 1 }>
  codes: Record<string, string[]>
  transactions: Record<string, { n: string; fg: string; c: Entry[] }>
}

if (import.meta.main) {
  const [standards, ...releases] = process.argv.slice(2)
  if (standards === undefined) {
    console.error('usage: node cli/convert-standards.ts STANDARDS_FOLDER [RELEASE...]')
    process.exitCode = 2
  } else {
    for (const release of releases.length === 0 ? releasesDefault : releases) {
      const text = dictionaryText(standards, release)
      writeFileSync(dictionaryFile(release), text)
      console.log(`${release}: ${text.length} bytes`)
    }
  }
}

/** The dictionary file of one release, made from the facts of a standards folder. */
export function dictionaryText(standards: string, release: string): string {
  return compact(release, correct(release, readFacts(join(standards, 'x12', release))))
}

export function dictionaryFile(release: string): URL {
  return new URL(`../core/codecs/x12/dictionary/${release}.json`, import.meta.url)
}

function readFacts(folder: string): Facts {
  const read = (name: string): unknown =>
    JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'))
  return {
    segments: read('segments') as Facts['segments'],
    composites: read('composites') as Facts['composites'],
    elements: read('elements') as Facts['elements'],
    codes: read('codes') as Facts['codes'],
    transactions: read('transactions') as Facts['transactions'],
  }
}

/** What the fact files are known to have wrong. */
function correct(release: string, facts: Facts): Facts {
  for (const { s: notes = [] } of Object.values(facts.segments)) {
    // RCD's P102103118 is none: a letter and positions of two digits each.
    const broken = notes.findIndex((note) => !/^[PRECL](\d\d){2,}$/.test(note))
    if (broken >= 0) notes.splice(broken, 1)
  }
  // Bytes of any value, told by the length before them (X12.6, BIN and BDS).
  const binary = facts.elements['785']
  if (binary !== undefined) binary.t = 'B'
  // X12.3, 98: RE, the party that a commercial invoice is paid to, is in every release.
  const parties = facts.codes['98']
  if (parties !== undefined && !parties.includes('RE')) parties.push('RE')
  if (release === '004010') {
    // X12.20 004010: AK5 closes every AK2 loop, although the table says optional.
    const ak2 = facts.transactions['997']?.c.find(([tag]) => tag === 'AK2')
    const ak5 = ak2?.[3]?.find(([tag]) => tag === 'AK5')
    if (ak5 === undefined) throw new Error('004010 has no AK2/AK5 in its 997')
    ak5[1] = 'M'
  }
  return facts
}

function compact(release: string, facts: Facts): string {
  const codeLists = [...new Set(Object.values(facts.codes).map(codeList))].sort(byText)
  const listNumber = new Map(codeLists.map((list, index) => [list, index]))
  const sections = {
    sets: mapEntries(facts.transactions, (set) => [set.n, set.fg, set.c.map(writeEntry).join(' ')]),
    segments: mapEntries(facts.segments, writeUses),
    composites: mapEntries(facts.composites, writeUses),
    elements: mapEntries(facts.elements, (element, id) => {
      const list = element.c === 1 ? facts.codes[id] : undefined
      const kept = [element.n, element.t, element.min, element.max]
      return list === undefined ? kept : [...kept, listNumber.get(codeList(list))]
    }),
  }
  const lines = Object.entries(sections).map(
    ([name, entries]) => `"${name}":{\n${entries.join(',\n')}\n}`,
  )
  lines.push(`"codeLists":[\n${codeLists.map((list) => JSON.stringify(list)).join(',\n')}\n]`)
  // The facts give 004010's own code lists; those of the other releases are borrowed or joined.
  const codes = release === '004010' ? 'exact' : 'advisory'
  return `{"release":"${release}","codes":"${codes}",\n${lines.join(',\n')}}\n`
}

function mapEntries<T>(entries: Record<string, T>, write: (entry: T, id: string) => unknown[]) {
  return Object.entries(entries)
    .sort(([a], [b]) => byText(a, b))
    .map(([id, entry]) => `${JSON.stringify(id)}:${JSON.stringify(write(entry, id))}`)
}

/**
 * `BEG! N1*200(N2*2 N3*2)`: `!` mandatory, `*` unbounded or `*n`, in brackets the trigger's loop.
 */
function writeEntry([tag, requirement, max, children]: Entry): string {
  const head = `${tag}${requirement === 'M' ? '!' : ''}${often(max)}`
  if (children === undefined) return head
  const [trigger, ...rest] = children
  if (trigger?.[0] !== tag || trigger[2] !== 1) throw new Error(`loop ${tag} has no trigger`)
  return `${head}(${rest.map(writeEntry).join(' ')})`
}

/** `353! 92! 328 C040*5`, and the relational notes after it where there are any. */
function writeUses(segment: { n: string; e: Use[]; s?: string[] }): unknown[] {
  const uses = segment.e
    .map(([ref, requirement, max = 1]) =>
      `${ref}${requirement === 'M' ? '!' : ''}${often(max)}`)
    .join(' ')
  const kept: unknown[] = [segment.n, uses]
  if (segment.s !== undefined && segment.s.length > 0) kept.push(segment.s.join(' '))
  return kept
}

/** 0 is unbounded in the facts. */
function often(max: number): string {
  if (max === 1) return ''
  return max === 0 ? '*' : `*${max}`
}

function codeList(codes: readonly string[]): string {
  return [...new Set(codes)].sort(byText).join(' ')
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
