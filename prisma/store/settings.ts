import type pg from 'pg'

/** The hub's own settings: one JSON value by name. */
export async function readSetting(pool: pg.Pool, name: string): Promise<unknown> {
  const { rows } = await pool.query<{ value: unknown }>(
    'SELECT value FROM hub_settings WHERE name = $1', [name],
  )
  return rows[0]?.value
}

export async function writeSetting(pool: pg.Pool, name: string, value: unknown): Promise<void> {
  await pool.query(
    `INSERT INTO hub_settings (name, value) VALUES ($1, $2)
     ON CONFLICT (name) DO UPDATE SET value = excluded.value, updated_at = now()`,
    [name, JSON.stringify(value)],
  )
}
