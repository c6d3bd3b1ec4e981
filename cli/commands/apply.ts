import { parseArgs } from 'node:util'
import { readVariable } from '#config/env.ts'
import type { FaultView } from '#core/errors/fault.ts'
import { ConfigurationFiles } from '../apply/files.ts'
import type { PlacedProblem } from '../apply/files.ts'
import { resolveSecrets } from '../apply/secrets.ts'
import { TableFiles } from '../apply/tables.ts'
import { exitCodes, UsageError } from '../command.ts'
import type { ExitCode } from '../command.ts'
import { answerFault, HubApi } from '../hub-api.ts'
import { print } from '../output.ts'

/** Makes a running hub what the files say. Exit 1 where they have problems. */
export async function run(args: readonly string[]): Promise<ExitCode> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      'dry-run': { type: 'boolean', default: false },
      'json': { type: 'boolean', default: false },
      'url': { type: 'string' },
    },
    allowPositionals: true,
  })
  if (positionals.length === 0) throw new UsageError('Name a file to apply.')
  const hub = HubApi.of(values.url)
  const files = new ConfigurationFiles()
  for (const file of positionals) files.add(file)
  const result = await apply(files, hub, values['dry-run'])
  if (values.json) await print(`${JSON.stringify(result)}\n`)
  else await print('problems' in result ? problemsText(result.problems) : changesText(result))
  return 'problems' in result ? exitCodes.inputFaulty : exitCodes.done
}

interface Difference {
  readonly dryRun: boolean
  readonly changes: readonly {
    readonly change: string
    readonly kind: string
    readonly name: string
    readonly fields: readonly {
      readonly field: string
      readonly from?: unknown
      readonly to?: unknown
    }[]
  }[]
}

type Result = Difference | { readonly problems: readonly PlacedProblem[] }

async function apply(files: ConfigurationFiles, hub: HubApi, dryRun: boolean): Promise<Result> {
  const { endpoints = [], partners = [], relationships = [] } = files.lists
  const resolved = resolveSecrets(endpoints, readVariable)
  const tables = new TableFiles(files)
  const problems = [
    ...files.problems,
    ...resolved.problems.map(({ field, fault }) => files.placed(field, fault)),
    ...tables.problems,
  ]
  if (problems.length > 0) return { problems }
  const content = JSON.stringify({
    partners, endpoints: resolved.endpoints, relationships,
    crossReferences: tables.crossReferences,
  })
  const path = `/v1/configuration?dryRun=${dryRun}`
  const answer = await hub.ask('PUT', path, { type: 'application/json', content })
  if (answer.status === 200) return JSON.parse(answer.text) as Difference
  const told = problemsIn(answer.text)
  if (told === null) throw answerFault(answer)
  return { problems: told.map(({ field, ...fault }) => tables.placed(field, fault)) }
}

function problemsIn(text: string): readonly (FaultView & { field: string })[] | null {
  if (!text.startsWith('{')) return null
  const { problems } = JSON.parse(text) as { problems?: (FaultView & { field: string })[] }
  return problems ?? null
}

function problemsText(problems: readonly PlacedProblem[]): string {
  return problems.map(({ file, line, field, code, says, remedy }) =>
    `${file}:${line}  ${field}\n  ${code}: ${says}\n  ${remedy}\n`).join('')
}

const marks: Readonly<Record<string, string>> = { create: '+', update: '~', remove: '-' }

function changesText({ dryRun, changes }: Difference): string {
  if (changes.length === 0) return 'Nothing to change.\n'
  const lines = changes.flatMap(({ change, kind, name, fields }) => [
    `${marks[change] ?? change} ${kind} ${name}`,
    ...fields.map(({ field, from, to }) => `    ${field}: ${change === 'create'
      ? shown(to)
      : `${shown(from)} -> ${shown(to)}`}`),
  ])
  const count = `${changes.length} ${changes.length === 1 ? 'change' : 'changes'}`
  return `${lines.join('\n')}\n${count} ${dryRun ? 'to be made' : 'made'}.\n`
}

function shown(value: unknown): string {
  if (value === undefined) return '(absent)'
  return typeof value === 'string' ? value : JSON.stringify(value)
}
