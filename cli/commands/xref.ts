import { parseArgs } from 'node:util'
import type { FaultView } from '#core/errors/fault.ts'
import { exitCodes, UsageError } from '../command.ts'
import type { ExitCode } from '../command.ts'
import { answerFault, HubApi } from '../hub-api.ts'
import { readBytes } from '../input-text.ts'
import { print } from '../output.ts'

/** Reads or writes one partner's table of cross-references as CSV. */
export async function run(args: readonly string[]): Promise<ExitCode> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      'stream': { type: 'string', default: 'live' },
      'replace': { type: 'boolean', default: false },
      'dry-run': { type: 'boolean', default: false },
      'url': { type: 'string' },
    },
    allowPositionals: true,
  })
  const [action, partner, table, file, ...more] = positionals
  const isExport = action === 'export'
  if (!isExport && action !== 'import') throw new UsageError('Say import or export.')
  if (partner === undefined || table === undefined || more.length > 0) {
    throw new UsageError('Name the partner and the table.')
  }
  if (isExport !== (file === undefined)) {
    throw new UsageError('Name a file to import; what is exported goes to standard output.')
  }
  const path = `/v1/cross-references/${encodeURIComponent(partner)}/${encodeURIComponent(table)}` +
    `?stream=${encodeURIComponent(values.stream)}`
  const hub = HubApi.of(values.url)
  if (file === undefined) return exportTable(hub, path)
  const mode = values.replace ? 'replace' : 'merge'
  return importTable(hub, `${path}&mode=${mode}&dryRun=${values['dry-run']}`, file)
}

async function exportTable(hub: HubApi, path: string): Promise<ExitCode> {
  const answer = await hub.ask('GET', path, undefined, 'text/csv')
  if (answer.status !== 200) throw answerFault(answer)
  await print(answer.text)
  return exitCodes.done
}

async function importTable(hub: HubApi, path: string, file: string): Promise<ExitCode> {
  const answer = await hub.ask('PUT', path, { type: 'text/csv', content: readBytes(file) })
  const { dryRun, changes, problems } = answer.text.startsWith('{')
    ? JSON.parse(answer.text) as Answer
    : {}
  if (changes !== undefined) {
    const count = changes.reduce((sum, { fields }) => sum + fields.length, 0)
    const made = dryRun === true ? 'to be made' : 'made'
    const counted = `${count} ${count === 1 ? 'change' : 'changes'}`
    await print(count === 0 ? 'Nothing to change.\n' : `${counted} ${made}.\n`)
    return exitCodes.done
  }
  if (problems === undefined) throw answerFault(answer)
  await print(problems.map(({ line = 1, code, says, remedy }) =>
    `${file}:${line}\n  ${code}: ${says}\n  ${remedy}\n`).join(''))
  return exitCodes.inputFaulty
}

interface Answer {
  readonly dryRun?: boolean
  readonly changes?: readonly { readonly fields: readonly unknown[] }[]
  readonly problems?: readonly (FaultView & { readonly line?: number })[]
}
