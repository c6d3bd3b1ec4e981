import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Mapping } from '#core/mapping/mapping.ts'
import { withCaseFiles } from './context.ts'
import type { Context } from './context.ts'
import { tryFile, type Trial } from './trial.ts'

/** One case of a mapping: what goes in, and what a person found right to come out. */
export interface Case {
  readonly input: string
  readonly expectedFile: string
}

/** `cases/NAME.in.*` with `cases/NAME.out.json`, sorted by name. */
export function casesOf(folder: string): readonly Case[] {
  const cases = join(folder, 'cases')
  if (!existsSync(cases)) return []
  return readdirSync(cases)
    .filter((name) => /\.in\.[a-z0-9]+$/.test(name))
    .toSorted()
    .map((name) => ({
      input: join(cases, name),
      expectedFile: join(cases, name.replace(/\.in\.[a-z0-9]+$/, '.out.json')),
    }))
}

/** The file that what comes out now would make. */
export async function actual(mapping: Mapping, one: Case, context: Context): Promise<string> {
  const whole = withCaseFiles(context, one.input)
  const trials = await tryFile(mapping, readFileSync(one.input), whole)
  return `${JSON.stringify(trials.map(withoutRemedy), null, 2)}\n`
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
