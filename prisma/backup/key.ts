import { Fault } from '#core/errors/fault.ts'
import { makeDataDirectory } from '../embedded/data-directory.ts'
import { makeSecrets } from '../store/secrets.ts'
import {
  findSecretsKey, keepSecretsKey, readSecretsKey, secretsKeyFile,
} from '../store/secrets-key.ts'
import type { Contents } from './format.ts'

/** Where the key that opens a backup's secrets may come from. */
export interface KeySources {
  /** A copy of the old hub's secrets.key. */
  readonly file: string | undefined
  /** CROSSDOCK_SECRETS_KEY */
  readonly environment: string | undefined
  readonly dataDirectory: string
}

interface Key {
  readonly bytes: Uint8Array
  readonly source: string
}

/**
 * Checks that the hub which will run on the restored database has the key of its secrets. Answers
 * what puts a key that came in a file where that hub looks for it, for when the rows are there.
 * Throws BACKUP_KEY_MISSING, BACKUP_KEY_WRONG, SECRETS_KEY_INVALID, SECRETS_KEY_EXPOSED.
 */
export async function checkKey(
  contents: Contents, sources: KeySources,
): Promise<() => Promise<void>> {
  const given = await readGiven(sources.file)
  const found = await readFound(sources)
  // What the hub finds by itself wins over a file that is put beside it, so it has to fit too.
  for (const key of [given, found]) checkOne(contents, key)
  const [wanted] = contents.keyIds
  if (wanted !== undefined && given === undefined && found === undefined) {
    throw new Fault('BACKUP_KEY_MISSING', { wanted })
  }
  return async () => {
    if (given === undefined || found !== undefined) return
    await keepSecretsKey(await makeDataDirectory(sources.dataDirectory), given.bytes)
  }
}

function checkOne({ keyIds: [wanted, ...others] }: Contents, key: Key | undefined): void {
  if (wanted === undefined || key === undefined) return
  const { keyId } = makeSecrets(key.bytes)
  if ([wanted, ...others].includes(keyId)) return
  throw new Fault('BACKUP_KEY_WRONG', { wanted, source: key.source, given: keyId })
}

async function readGiven(file: string | undefined): Promise<Key | undefined> {
  if (file === undefined) return undefined
  const bytes = await readSecretsKey(file)
  if (bytes === undefined) throw new Fault('SECRETS_KEY_INVALID', { source: file })
  return { bytes, source: file }
}

async function readFound({ environment, dataDirectory }: KeySources): Promise<Key | undefined> {
  const bytes = await findSecretsKey(dataDirectory, environment)
  if (bytes === undefined) return undefined
  const source = environment === undefined
    ? secretsKeyFile(dataDirectory)
    : 'CROSSDOCK_SECRETS_KEY'
  return { bytes, source }
}
