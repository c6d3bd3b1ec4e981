/** What a command ends with; the shell sees it. */
export const exitCodes = {
  done: 0,
  /** The input was at fault: rejected, or no EDI at all. */
  inputFaulty: 1,
  /** It was called wrongly: an unknown flag, a file that cannot be read. */
  usage: 2,
  /** The fault is ours. */
  ours: 3,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** A command as the table in cli/main.ts lists it; its code is loaded when it is called. */
export interface Command {
  readonly name: string
  /** One line for the list of commands. */
  readonly summary: string
  /** What `--help` shows, beginning with how it is called. */
  readonly usage: string
  readonly load: () => Promise<CommandModule>
}

export interface CommandModule {
  /** `args` are those after the command's name. Throws UsageError or a Fault. */
  run(args: readonly string[]): Promise<ExitCode>
}

/** It was called wrongly; the message says how. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
