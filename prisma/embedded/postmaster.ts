import { execFile, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { open, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { asServerUser, serverEnvironment } from './cluster.ts'
import type { Cluster } from './cluster.ts'

const run = promisify(execFile)

/** A server process that this hub started. */
export interface Postmaster {
  readonly child: ChildProcess
  /** Settles when the process has ended, or never began: with what it said. */
  readonly ended: Promise<string>
}

/**
 * Starts the server. It gets a process group of its own, so that Ctrl-C in a terminal reaches the
 * hub alone and the hub stops it after its own work is done.
 */
export async function launch(cluster: Cluster, port: number): Promise<Postmaster> {
  const log = await openLog(cluster.logFile)
  try {
    const child = spawn(cluster.binaries.postgres, ['-D', cluster.directory, ...flags(port)], {
      ...asServerUser(cluster),
      cwd: cluster.directory,
      env: serverEnvironment,
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    })
    const ended = new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(error.message))
      child.once('exit', (code, signal) => resolve(`it ended with ${signal ?? `code ${code}`}`))
    })
    return { child, ended }
  } finally {
    await log.close()
  }
}

/**
 * Stops the server that a killed hub left behind and says whether there was one. Stopping, not
 * adopting: a fast stop ends every statement of the dead hub, so none of them can still commit, and
 * the next server is our own child.
 */
export async function stopLeftover(cluster: Cluster, fastStopMs: number): Promise<boolean> {
  if (!(await isServed(cluster.directory))) {
    // The number in the file may since have gone to another process, and PostgreSQL would refuse to
    // start because of it. An orphan of the old server still keeps a new one out: it holds the
    // shared memory of this directory.
    await rm(join(cluster.directory, 'postmaster.pid'), { force: true })
    return false
  }
  const stop = (mode: string) =>
    run(
      cluster.binaries.pgCtl,
      ['stop', '-D', cluster.directory, '-m', mode, '-t', String(Math.ceil(fastStopMs / 1000))],
      { ...asServerUser(cluster), cwd: cluster.directory, env: serverEnvironment },
    )
  await stop('fast').catch(() => stop('immediate'))
  return true
}

/** What the server last gave as a reason to end. */
export async function lastComplaint(logFile: string): Promise<string | undefined> {
  const lines = (await readFile(logFile, 'utf8').catch(() => '')).split('\n')
  const complaint = lines.findLast((line) => /(?:FATAL|PANIC): /.test(line))
  return complaint?.replace(/^.*?(?=FATAL|PANIC)/, '')
}

/**
 * Whether a server runs on the directory: the process that postmaster.pid names has the directory
 * on its command line. A zombie has no command line.
 */
export async function isServed(directory: string): Promise<boolean> {
  const pidFile = await readFile(join(directory, 'postmaster.pid'), 'utf8').catch(() => '')
  const pid = Number(pidFile.split('\n', 1)[0])
  if (!Number.isSafeInteger(pid) || pid <= 0) return false
  return (await commandLineOf(pid)).includes(`-D ${directory} `)
}

/** Empty where there is no such process. Without /proc, as on macOS, ps knows. */
async function commandLineOf(pid: number): Promise<string> {
  try {
    return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0').join(' ')
  } catch {
    const told = run('ps', ['-o', 'command=', '-p', String(pid)])
    return await told.then(({ stdout }) => stdout, () => '')
  }
}

/**
 * Durability is the default of PostgreSQL and stands here so that postgresql.conf cannot take it
 * away.
 */
function flags(port: number): string[] {
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    fsync: 'on',
    full_page_writes: 'on',
    synchronous_commit: 'on',
    max_connections: 100,
    shared_buffers: '128MB',
    // Parallel plans need more shared memory than a container grants, and our queries are small.
    max_parallel_workers_per_gather: 0,
    jit: 'off',
    // Terse, and without the statement: the values of rows do not belong in a log.
    log_error_verbosity: 'terse',
    log_min_error_statement: 'panic',
    log_checkpoints: 'off',
    cluster_name: 'crossdock',
  }
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}

const logBytesMax = 10_000_000

/** The log of earlier starts is kept, and one file before it. */
async function openLog(file: string) {
  const sizeBytes = await stat(file).then(({ size }) => size, () => 0)
  if (sizeBytes > logBytesMax) await rename(file, `${file}.1`)
  return await open(file, 'a', 0o600)
}
