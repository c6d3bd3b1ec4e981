import { Fault } from '#core/errors/fault.ts'
import { exitCodes, UsageError } from './command.ts'
import type { Command, ExitCode } from './command.ts'
import { version } from './version.ts'

/** In the order in which a newcomer meets them. */
const commands: readonly Command[] = [
  {
    name: 'start',
    summary: 'run the hub: API, workers and, without DATABASE_URL, its database',
    usage: `crossdock start [--port N] [--host ADDRESS] [--data DIR] [--sandbox]

Runs a hub until SIGTERM or Ctrl-C. JSON logs go to standard error.

  --port N         where the API listens (PORT, 8080); 0 takes a free port
  --host ADDRESS   on which address (127.0.0.1)
  --data DIR       the embedded database and the secrets key (CROSSDOCK_DATA, data)
  --sandbox        make the sandbox on DATABASE_URL too

Environment: DATABASE_URL (a PostgreSQL of 15 or later instead of the embedded one),
CROSSDOCK_ADMIN_KEY (presets the admin key), CROSSDOCK_SECRETS_KEY, REDIS_URL (wakes other processes
on the same database), LOG_LEVEL.`,
    load: () => import('./commands/start.ts'),
  },
  {
    name: 'api',
    summary: 'run the API alone; workers are processes of their own',
    usage: `crossdock api [--port N] [--host ADDRESS] [--data DIR] [--sandbox]

Takes messages in and answers; any number of them share a DATABASE_URL. Rings its workers by
REDIS_URL, or by the database where there is none. docs/scale-out.md has the whole of it.

  --port N, --host ADDRESS, --data DIR, --sandbox   as for start

Environment: DATABASE_URL, REDIS_URL, CROSSDOCK_SECRETS_KEY (the same in every process),
CROSSDOCK_ADMIN_KEY, LOG_LEVEL.`,
    load: () => import('./commands/api.ts'),
  },
  {
    name: 'worker',
    summary: 'run the workers alone',
    usage: `crossdock worker [--hub URL] [--data DIR]

Receives, delivers and polls; any number of them share a DATABASE_URL.

  --hub URL    where an API of the hub is reached (CROSSDOCK_HUB_URL); only the sandbox needs it
  --data DIR   the secrets key, where CROSSDOCK_SECRETS_KEY does not hold it (CROSSDOCK_DATA, data)

Environment: DATABASE_URL, REDIS_URL, CROSSDOCK_SECRETS_KEY (the same in every process),
LOG_LEVEL.`,
    load: () => import('./commands/worker.ts'),
  },
  {
    name: 'demo',
    summary: 'play a whole trade, from the order to the invoice, and show each document',
    usage: `crossdock demo

Starts a hub with a sandbox in a temporary directory, plays buyer and supplier, prints each step
with its document, and leaves nothing behind.`,
    load: () => import('./commands/demo.ts'),
  },
  {
    name: 'validate',
    summary: 'check X12 files against the dictionary',
    usage: `crossdock validate FILE... [--json]

Reads each FILE (- is standard input) and tells what is wrong with it and where. Exit 0 when nothing
is rejected, 1 otherwise.

  --json   one JSON object per file, for machines`,
    load: () => import('./commands/validate.ts'),
  },
  {
    name: 'decode',
    summary: 'show an X12 file as segments, or as the trees mappings read',
    usage: `crossdock decode FILE [--json]

Lists the segments of FILE (- is standard input) with their loops and names.

  --json   one JSON object: interchanges, groups and sets, each set as its tree`,
    load: () => import('./commands/decode.ts'),
  },
  {
    name: 'ack',
    summary: 'write the 997 that answers an X12 file',
    usage: `crossdock ack FILE [--json] [--interchange N] [--group N] [--set N] [--at TIME]

Writes one interchange of functional acknowledgements for each interchange of FILE (- is standard
input) to standard output.

  --json            the segments and the outcome of each group instead
  --interchange N   first interchange control number (1)
  --group N         first group control number (1)
  --set N           first set control number (1)
  --at TIME         date and time of the envelopes, YYYY-MM-DDTHH:MM (now)`,
    load: () => import('./commands/ack.ts'),
  },
  {
    name: 'map',
    summary: 'try a mapping on a file, or check every mapping by its cases',
    usage: `crossdock map NAME FILE [--json] [--lookups FILE | --any-lookup] [--partner FILE]
       crossdock map --check [NAME...]
       crossdock map --accept [NAME...]

Runs mapping NAME (a folder of mappings/, e.g. x12/850-to-order) over every set of FILE (- is
standard input) and shows the documents it makes, or the faults and what to do. Exit 1 where there
are faults.

  --json           one JSON array: { set, outcome, output | faults }
  --lookups FILE   cross-reference tables as YAML: table, key, value (the sandbox's)
  --any-lookup     every key is known and stands for itself
  --release N      of a mapping to X12: which release is made (its first)
  --partner FILE   what the mapping reads as $partner, as YAML (the sandbox's buyer)
  --check          run the cases of all mappings, or those named; exit 1 where one differs
  --accept         write what comes out as what is expected; read the diff before you commit it`,
    load: () => import('./commands/map.ts'),
  },
  {
    name: 'apply',
    summary: 'make a running hub what configuration files say',
    usage: `crossdock apply FILE... [--dry-run] [--json] [--url URL]

Adds and changes partners, endpoints, relationships, agreements and cross-references as the YAML of
all FILEs (- is standard input) says, all of it or nothing; what they do not name stays as it is.
docs/configuration.md has an example. Exit 1 where something is wrong with the files.

  --dry-run   tell what would change, change nothing
  --json      { dryRun, changes } or { problems }, for machines
  --url URL   where the hub's API is (CROSSDOCK_HUB_URL, http://127.0.0.1:8080)

Environment: CROSSDOCK_ADMIN_KEY, and the variables that hold secrets of endpoints.`,
    load: () => import('./commands/apply.ts'),
  },
  {
    name: 'xref',
    summary: 'read or write a table of cross-references as CSV',
    usage: `crossdock xref import PARTNER TABLE FILE [--stream STREAM] [--replace] [--dry-run]
       crossdock xref export PARTNER TABLE [--stream STREAM]

Writes FILE (- is standard input) into the table of PARTNER (its id or name) in a running hub, or
the table to standard output. Columns: key, one for each field of the value, valid_from, valid_to.
Exit 1 where lines of FILE are wrong; then nothing is written.

  --stream STREAM   test or live (live)
  --replace         no other entries stay; otherwise they are left alone
  --dry-run         tell how much would change, change nothing
  --url URL         where the hub's API is (CROSSDOCK_HUB_URL, http://127.0.0.1:8080)

Environment: CROSSDOCK_ADMIN_KEY.`,
    load: () => import('./commands/xref.ts'),
  },
  {
    name: 'new',
    summary: 'begin a connector',
    usage: `crossdock new connector NAME

Makes connectors/NAME and its line in connectors/index.ts. All checks that every connector has to
pass are green from the start; its own tests are not until what the vendor's documentation says is
filled in (docs/connectors.md).`,
    load: () => import('./commands/new.ts'),
  },
  {
    name: 'doctor',
    summary: 'look for what would keep a hub from running well, and say what to do',
    usage: `crossdock doctor [--json] [--port N] [--host ADDRESS] [--data DIR]

Looks at versions, data directory, disk, secrets key, port and database (durability, clock) of a hub
started with the same flags and environment. Changes nothing. Exit 1 when anything is wrong.

  --json   { ok, findings: [{ name, ok, says, remedy? }] }, for machines`,
    load: () => import('./commands/doctor.ts'),
  },
  {
    name: 'backup',
    summary: 'write all of a hub\'s database into one file, while the hub runs',
    usage: `crossdock backup FILE [--data DIR] [--json]

Writes the database of a hub, as it is at one moment, into the new FILE. The hub goes on meanwhile;
one that is down need not be started. FILE does not hold the key that seals the secrets: keep a copy
of it elsewhere. docs/backup.md is the runbook.

  --data DIR   the hub's data directory (CROSSDOCK_DATA, data), unless DATABASE_URL is set
  --json       what was written as one JSON object, for machines`,
    load: () => import('./commands/backup.ts'),
  },
  {
    name: 'restore',
    summary: 'make a database from a backup, or check a backup',
    usage: `crossdock restore FILE [--data DIR] [--key FILE] [--skip-numbers N] [--json]
       crossdock restore --check FILE [--json]

Restores the backup FILE into a data directory without a database (or the empty database that
DATABASE_URL names), all of it or nothing. Stop the hub it was taken from for good first: both
would send what is due. docs/backup.md is the runbook.

  --data DIR         where to (CROSSDOCK_DATA, data)
  --key FILE         a copy of the old hub's secrets.key (DIR/secrets.key or CROSSDOCK_SECRETS_KEY)
  --skip-numbers N   pass over the next N numbers of each series of control numbers and SSCCs (0):
                     more than the old hub can have used after the backup
  --check            only read FILE through and tell what it holds; exit 1 where it is damaged
  --json             one JSON object, for machines`,
    load: () => import('./commands/restore.ts'),
  },
]

const overview = `crossdock COMMAND [ARGUMENT...]

Commands:
${commands.map(({ name, summary }) => `  ${name.padEnd(10)}${summary}`).join('\n')}

  crossdock COMMAND --help   how to call it
  crossdock --version        the version`

async function main([name, ...args]: readonly string[]): Promise<ExitCode> {
  if (name === undefined) return misused('Name a command.', overview)
  if (name === '--version' || name === '-v') return tell(version())
  if (name === '--help' || name === '-h') return tell(overview)
  const wanted = name === 'help' ? args[0] : name
  if (wanted === undefined) return tell(overview)
  const command = commands.find((one) => one.name === wanted)
  if (command === undefined) return misused(`There is no command "${wanted}".`, overview)
  const flags = args.slice(0, args.includes('--') ? args.indexOf('--') : undefined)
  const asksHelp = name === 'help' || flags.includes('--help') || flags.includes('-h')
  if (asksHelp) return tell(command.usage)
  try {
    const loaded = await command.load()
    return await loaded.run(args)
  } catch (error) {
    return explain(error, command)
  }
}

function explain(error: unknown, command: Command): ExitCode {
  if (error instanceof UsageError || isArgumentError(error)) {
    return misused(error.message, command.usage)
  }
  if (error instanceof Fault) {
    const { code, says, remedy } = error.view()
    process.stderr.write(`${code}: ${says}\n${remedy}\n`)
    return exitCodes.inputFaulty
  }
  process.stderr.write(`crossdock ${command.name} failed; the fault is ours, please report it.\n`)
  process.stderr.write(`${error instanceof Error ? error.stack ?? error.message : String(error)}\n`)
  return exitCodes.ours
}

/** What node:util's parseArgs throws for flags it does not know. */
function isArgumentError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' &&
    error.code.startsWith('ERR_PARSE_ARGS_')
}

function misused(says: string, usage: string): ExitCode {
  process.stderr.write(`${says}\n\nUsage: ${usage}\n`)
  return exitCodes.usage
}

function tell(text: string): ExitCode {
  process.stdout.write(`${text}\n`)
  return exitCodes.done
}

/** A reader that went away (`crossdock decode FILE | head`) has seen enough. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? exitCodes.done : exitCodes.ours)
})

process.exitCode = await main(process.argv.slice(2))
