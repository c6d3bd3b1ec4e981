import type { CatalogEntry } from './entry.ts'

/** What keeps a backup from being written, read or restored. */
export const backupFaults = {
  BACKUP_NOTHING: {
    fate: 'refused', http: 422,
    says: 'There is no database of a hub in {place}.',
    remedy: 'Name the data directory of the hub with --data DIR, or its database in DATABASE_URL.',
  },
  BACKUP_EXISTS: {
    fate: 'refused', http: 422,
    says: 'The file {file} is there already, and a backup replaces none.',
    remedy: 'Name a file that does not exist, for example with the date in its name.',
  },
  BACKUP_FAILED: {
    fate: 'not_sent', http: 503,
    says: 'The backup was not made: {because}. Nothing of it is left.',
    remedy: 'Put right what it says (room on the disk, the database up) and take it again.',
  },
  BACKUP_UNREADABLE: {
    fate: 'refused', http: 422,
    says: 'The backup {file} cannot be read: {because}.',
    remedy: 'Name the file that crossdock backup wrote, and run as a user who may read it.',
  },
  BACKUP_FOREIGN: {
    fate: 'refused', http: 422,
    says: 'The file {file} is no backup of a hub.',
    remedy: 'Name the file that crossdock backup wrote, unpacked no further.',
  },
  BACKUP_DAMAGED: {
    fate: 'refused', http: 422,
    says: 'The backup {file} is damaged: {because}. Nothing of it was restored.',
    remedy: 'Take another copy of the file, or the backup before it.',
  },
  BACKUP_NEWER: {
    fate: 'refused', http: 422,
    says: 'The backup was made by {maker} and holds {unknown}, which this program does not know.',
    remedy: 'Restore it with that version or a newer one.',
  },
  BACKUP_KEY_MISSING: {
    fate: 'refused', http: 422,
    says: 'The secrets in the backup are sealed with the key {wanted}, and no key was given.',
    remedy: 'Give the key {wanted}: --key FILE (a copy of the old hub\'s secrets.key), or CROSSDOCK_SECRETS_KEY.',
  },
  BACKUP_KEY_WRONG: {
    fate: 'refused', http: 422,
    says: 'The secrets in the backup are sealed with the key {wanted}; {source} holds the key {given}.',
    remedy: 'Give the key {wanted} instead: the secrets.key of the hub the backup was taken from.',
  },
  RESTORE_NOT_EMPTY: {
    fate: 'refused', http: 422,
    says: 'A backup is restored into an empty place only, and {place} holds {found}.',
    remedy: 'Name a new directory with --data DIR, or an empty database in DATABASE_URL.',
  },
  RESTORE_FAILED: {
    fate: 'refused', http: 422,
    says: 'The backup could not be restored: {because}. All of it was undone.',
    remedy: 'Put right what it says (room on the disk, rights on the database) and restore again.',
  },
} as const satisfies Record<string, CatalogEntry>
