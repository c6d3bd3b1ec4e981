import pg from 'pg'

/**
 * A connection for one long piece of work. Text is UTF-8 on it, whatever the server's own settings
 * are. Bounds on time are off: a large table takes as long as it takes. Only the wait for a lock
 * ends.
 */
export async function openSession(
  url: string, lockTimeoutMs: number, work: 'backup' | 'restore',
): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url, application_name: `crossdock ${work}`,
  })
  // What breaks the connection fails the query in hand; without a listener it ends the process.
  client.on('error', () => undefined)
  await client.connect()
  await client.query(`
    SET client_encoding = 'UTF8';
    SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0;
    SET lock_timeout = ${lockTimeoutMs}`)
  return client
}

/** A name as SQL takes it. */
export function quoted(name: string): string {
  return pg.escapeIdentifier(name)
}
