import { execFile } from 'node:child_process'
import { realpath, stat } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { Fault } from '#core/errors/fault.ts'

const run = promisify(execFile)

/** The system user the database runs as when the hub runs as root, which PostgreSQL refuses. */
export interface ServerUser {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

const userName = 'postgres'

/** Undefined: the hub is not root and its own user will do, or root has yet to make the user. */
export async function knownServerUser(): Promise<ServerUser | undefined> {
  return ownUid() === 0 ? await lookUp() : undefined
}

/** Undefined: the hub is not root, and its own user will do. Makes the user where root lacks it. */
export async function findServerUser(): Promise<ServerUser | undefined> {
  if (ownUid() !== 0) return undefined
  const found = await lookUp()
  if (found !== undefined) return found
  const failure = await makeUser()
  const made = await lookUp()
  if (made !== undefined) return made
  const because = failure ?? 'it is not there'
  throw new Fault('EMBEDDED_USER_MISSING', { user: userName, because })
}

/** Why it failed, if it did. Another process may hold the list of users, to make the same one. */
async function makeUser(): Promise<string | undefined> {
  let failure: string | undefined
  for (let attempt = 1; attempt <= makingAttemptsMax; attempt++) {
    try {
      await run('useradd', ['--system', '--user-group', '--no-create-home', userName])
      return undefined
    } catch (error) {
      failure = messageOf(error)
      if ((await lookUp()) !== undefined) return undefined
      await sleep(makingPauseMs)
    }
  }
  return failure
}

const makingAttemptsMax = 5
const makingPauseMs = 300

/**
 * Throws DIRECTORY_CLOSED naming the first directory on the way into `target` that the user may not
 * enter. Looks at modes only: child processes started under another user keep no supplementary
 * groups.
 */
export async function checkReach(target: string, user: ServerUser): Promise<void> {
  for (const directory of lineage(await realpath(target))) {
    if (!mayEnter(await stat(directory), user)) {
      throw new Fault('DIRECTORY_CLOSED', { user: user.name, directory, target })
    }
  }
}

export function mayEnter(
  directory: { readonly mode: number; readonly uid: number; readonly gid: number },
  user: { readonly uid: number; readonly gid: number },
): boolean {
  if (directory.uid === user.uid) return (directory.mode & 0o100) !== 0
  if (directory.gid === user.gid) return (directory.mode & 0o010) !== 0
  return (directory.mode & 0o001) !== 0
}

/** The directory and all above it, the root first. */
function lineage(path: string): string[] {
  const above = dirname(path)
  return above === path ? [path] : [...lineage(above), path]
}

function ownUid(): number {
  try {
    return userInfo().uid
  } catch {
    throw new Fault('EMBEDDED_USER_NAMELESS', {})
  }
}

async function lookUp(): Promise<ServerUser | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', userName]), run('id', ['-g', userName])])
    return { name: userName, uid: Number(uid.stdout), gid: Number(gid.stdout) }
  } catch {
    return undefined
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.trim() : String(error)
}
