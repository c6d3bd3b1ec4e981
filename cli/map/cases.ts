import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Mapping } from '#core/mapping/mapping.ts'
import { x12Target } from '#core/mapping/x12-target.ts'
import { withCaseFiles } from './context.ts'
import type { Context } from './context.ts'
import { setText } from './set-text.ts'
import { tryFile, type Trial } from './trial.ts'

/** One case of a mapping: what goes in, and what a person found right to come out. */
export interface Case {
  readonly input: string
  /** What is made of it, as the mapping names it in `to`. */
  readonly target: string
  readonly expectedFile: string
}

/**
 * `cases/NAME.in.*` with `cases/NAME.out.json`, sorted by name. A mapping to X12 has one for each
 * release it makes, `NAME-004010.out.edi`.
 */
export function casesOf(folder: string, { to }: Mapping): readonly Case[] {
  const cases = join(folder, 'cases')
  if (!existsSync(cases)) return []
  const inputs = readdirSync(cases).filter((name) => /\.in\.[a-z0-9]+$/.test(name)).toSorted()
  return inputs.flatMap((name) => to.map((target) => {
    const release = x12Target(target)?.release
    const out = release === undefined ? '.out.json' : `-${release}.out.edi`
    return {
      input: join(cases, name),
      target,
      expectedFile: join(cases, name.replace(/\.in\.[a-z0-9]+$/, out)),
    }
  }))
}

/** The file that what comes out now would make. */
export async function actual(mapping: Mapping, one: Case, context: Context): Promise<string> {
  const whole = { ...withCaseFiles(context, one.input), targetKind: one.target }
  const trials = await tryFile(mapping, readFileSync(one.input), whole)
  const set = x12Target(one.target)
  return set === undefined
    ? `${JSON.stringify(trials.map(withoutRemedy), null, 2)}\n`
    : trials.map((trial) => setText(trial, set)).join('')
}

/** Undefined where nobody has accepted an output yet. */
export function expected(one: Case): string | undefined {
  return existsSync(one.expectedFile) ? readFileSync(one.expectedFile, 'utf8') : undefined
}

export function accept(one: Case, text: string): void {
  writeFileSync(one.expectedFile, text)
}

/** A remedy is advice: bettering its words must not break a case. */
function withoutRemedy(trial: Trial): unknown {
  if (trial.outcome === 'mapped') return trial
  const faults = trial.faults.map(({ code, says, at }) => ({ code, says, at }))
  return { ...trial, faults }
}
