import { readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, test } from 'vitest'
import { read } from '#test/support/x12-messages.ts'
import { describeWithShared, shared } from '#test/support/shared.ts'
import type { X12Report } from '#core/codecs/x12/reader.ts'
import type { X12Fault } from '#core/codecs/x12/types.ts'

/**
 * Every 850 of the shared corpus through the reader. Each outcome in the golden file was read by a
 * person against the bytes; `because` says why where it surprises. CROSSDOCK_UPDATE_GOLDEN=1 writes
 * it anew and keeps the reasons: read the difference before it is committed.
 */
const goldenPath = join(import.meta.dirname, 'x12-850.golden.json')

interface Outcome { readonly because?: string; readonly outcome: readonly string[] }

describeWithShared('850s of the corpus', () => {
  test('each has the outcome that was read and found true', () => {
    const golden = JSON.parse(readFileSync(goldenPath, 'utf8')) as Record<string, Outcome>
    const outcomes = Object.fromEntries(corpusFiles().map((path) => {
      const because = golden[path]?.because
      const outcome = outcomeOf(read(readFileSync(shared(`corpus/${path}`))))
      return [path, because === undefined ? { outcome } : { because, outcome }]
    }))
    if (process.env.CROSSDOCK_UPDATE_GOLDEN === '1') {
      writeFileSync(goldenPath, `${JSON.stringify(outcomes, null, 2)}\n`)
    } else expect(outcomes).toEqual(golden)
  })
})

/** X12 files that hold an 850 or say so in their name. */
function corpusFiles(): string[] {
  const rows = readFileSync(shared('corpus/MANIFEST.tsv'), 'utf8').split('\n')
  return rows.flatMap((row) => {
    const [format, path = '', detected, types = ''] = row.split('\t')
    const is850 = types.split(',').includes('850') || basename(path).includes('850')
    return format === 'x12' && detected === 'x12' && is850 ? [path] : []
  })
}

function outcomeOf({ interchanges, faults }: X12Report): string[] {
  const lines = counted(faults, '')
  for (const { control, verdict, faults: own, groups } of interchanges) {
    lines.push(`ISA ${control} ${verdict}`, ...counted(own, '  '))
    for (const group of groups) {
      lines.push(`  GS ${group.control} ${group.release} ${group.verdict}`)
      lines.push(...counted(group.faults, '    '))
      for (const set of group.sets) {
        lines.push(`    ST ${set.type} ${set.control} ${set.verdict}, ${set.segments} segments`)
        lines.push(...counted(set.faults, '      '))
      }
    }
  }
  return lines
}

/** Faults of one kind and place in one line. */
function counted(faults: readonly X12Fault[], indent: string): string[] {
  const counts = new Map<string, number>()
  for (const { severity, code, at } of faults) {
    const place = at.element === undefined ? at.tag : `${at.tag}.${at.element}`
    const line = `${indent}${severity} ${code} ${place}`
    counts.set(line, (counts.get(line) ?? 0) + 1)
  }
  return [...counts].map(([line, count]) => (count === 1 ? line : `${line} × ${count}`))
}
