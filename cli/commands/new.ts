import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { exitCodes, UsageError } from '../command.ts'
import type { ExitCode } from '../command.ts'
import { connectorFiles } from '../new/connector-files.ts'
import { connectorName } from '../new/connector-name.ts'
import { registered } from '../new/registered.ts'
import { print } from '../output.ts'

const home = join(import.meta.dirname, '../../connectors')

/** Makes a connector's folder and its one line in connectors/index.ts. */
export async function run(args: readonly string[]): Promise<ExitCode> {
  const { positionals } = parseArgs({ args: [...args], allowPositionals: true })
  const [what, id, ...more] = positionals
  if (what !== 'connector' || id === undefined || more.length > 0) {
    throw new UsageError('Say what is new, and its name: crossdock new connector NAME.')
  }
  const name = connectorName(id)
  if (name === null) {
    throw new UsageError(`"${id}" does not serve: small letters and digits, words joined by "-".`)
  }
  const folder = join(home, id)
  const indexFile = join(home, 'index.ts')
  const index = registered(readFileSync(indexFile, 'utf8'), name)
  if (existsSync(folder) || index === null) {
    throw new UsageError(`There is a connector ${id} already.`)
  }
  const files = connectorFiles(name)
  for (const [file, text] of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), text)
  }
  writeFileSync(indexFile, index)
  const made = [...files.keys()].map((file) => `  connectors/${id}/${file}\n`).join('')
  await print(`${made}  connectors/index.ts (one line)\n\n${nextSteps(id)}`)
  return exitCodes.done
}

function nextSteps(id: string): string {
  return `It keeps what every connector must; what it says of the vendor is invented still.
Fill it in (docs/connectors.md) until this is green: npx vitest run connectors
Its own tests fail until then: connectors/${id}/${id}.test.ts
`
}
