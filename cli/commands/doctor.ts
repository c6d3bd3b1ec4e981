import { exitCodes } from '../command.ts'
import type { ExitCode } from '../command.ts'
import { print } from '../output.ts'
import { examine } from '../start/checkup.ts'
import type { Finding } from '../start/checkup.ts'
import { readStartOptions } from '../start/options.ts'

/** Tells what is wrong with what a hub depends on, and what to do. Exit 1 when anything is. */
export async function run(args: readonly string[]): Promise<ExitCode> {
  const asJson = args.includes('--json')
  const findings = await examine(readStartOptions(args.filter((arg) => arg !== '--json')))
  const ok = findings.every((finding) => finding.ok)
  await print(asJson ? `${JSON.stringify({ ok, findings })}\n` : findings.map(lines).join(''))
  return ok ? exitCodes.done : exitCodes.inputFaulty
}

function lines({ name, ok, says, remedy }: Finding): string {
  const line = `${ok ? 'ok   ' : 'WRONG'}  ${name.padEnd(20)}  ${says}\n`
  return remedy === undefined ? line : `${line}${' '.repeat(29)}${remedy}\n`
}
