import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import * as glue from '@prisma/schema-engine-wasm/schema_engine_bg'
import pg from 'pg'

/**
 * Prisma's own comparison: the statements that would turn the database into what the schema file
 * says. Its engine comes as WebAssembly and asks its questions through a driver that we hand to it.
 */
export async function differenceOf(url: string, schemaFile: string): Promise<string[]> {
  await (instantiated ??= instantiate())
  const content = await readFile(schemaFile, 'utf8')
  const datamodels: [string, string][] = [['schema.prisma', content]]
  const client = new pg.Client(url)
  await client.connect()
  try {
    const driver = driverFactory(client)
    const engine = await glue.SchemaEngine.new({ datamodels }, () => undefined, driver)
    const files = [{ path: 'schema.prisma', content }]
    const { stdout } = await engine.diff({
      from: { tag: 'schemaDatasource', files, configDir: '.' },
      to: { tag: 'schemaDatamodel', files },
      script: true,
      exitCode: null,
      filters: { externalTables: ['public._prisma_migrations'], externalEnums: [] },
    })
    return statementsOf(stdout ?? '')
  } finally {
    await client.end()
  }
}

function statementsOf(script: string): string[] {
  const plain = script.replaceAll(/^--.*$/gm, '').replaceAll(/\s+/g, ' ')
  return plain.split(';').map((one) => one.trim()).filter((one) => one !== '')
}

/** TypeScript describes it among browsers' types only, which this project leaves out. */
interface WithWebAssembly {
  readonly WebAssembly: {
    instantiate(module: Uint8Array, imports: object): Promise<{
      readonly instance: { readonly exports: { readonly __wbindgen_start: () => void } }
    }>
  }
}

/** The package loads its module as bundlers do; here that is done by hand, and once. */
async function instantiate(): Promise<void> {
  const door = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm')
  const wasm = await readFile(door.replace('schema_engine.js', 'schema_engine_bg.wasm'))
  const { WebAssembly } = globalThis as unknown as WithWebAssembly
  const { instance } = await WebAssembly.instantiate(wasm, { './schema_engine_bg.js': { ...glue } })
  glue.__wbg_set_wasm(instance.exports)
  instance.exports.__wbindgen_start()
}

let instantiated: Promise<void> | undefined

/**
 * As much of a Prisma driver as comparing takes. Prisma's own does not read "char", of which
 * PostgreSQL's catalogue is full.
 */
function driverFactory(client: pg.Client): object {
  const driver = {
    provider: 'postgres',
    adapterName: 'crossdock test',
    queryRaw: ({ sql, args }: Query) => answer(async () => await ask(client, sql, args)),
    executeRaw: ({ sql, args }: Query) =>
      answer(async () => (await client.query(sql, [...args])).rowCount ?? 0),
    executeScript: (sql: string) => answer(async () => await client.query(sql)),
    getConnectionInfo: () => ok({ schemaName: 'public', supportsRelationJoins: true }),
    dispose: () => answer(async () => undefined),
  }
  const connect = () => answer(async () => driver)
  const [provider, adapterName] = ['postgres', 'crossdock test']
  return { provider, adapterName, connect, connectToShadowDb: connect }
}

interface Query {
  readonly sql: string
  readonly args: readonly unknown[]
}

async function ask(client: pg.Client, sql: string, args: readonly unknown[]): Promise<object> {
  const { fields, rows } = await client.query({ text: sql, values: [...args], rowMode: 'array' })
  return {
    columnNames: fields.map(({ name }) => name),
    columnTypes: fields.map(({ dataTypeID }) => columnType(dataTypeID)),
    rows,
  }
}

/** PostgreSQL's type numbers (pg_type.oid) to those of Prisma's drivers. */
function columnType(oid: number): number {
  const type = columnTypes[oid]
  if (type === undefined) throw new Error(`the schema engine reads a column of type ${oid}`)
  return type
}

const [int32, int64, boolean, character, text, int32Array, textArray] = [0, 1, 5, 6, 7, 64, 71]
const columnTypes: Readonly<Record<number, number>> = {
  16: boolean, 18: character, 19: text, 20: int64, 21: int32, 23: int32, 25: text, 26: int64,
  1043: text, 1005: int32Array, 1007: int32Array, 1003: textArray, 1009: textArray,
}

async function answer(work: () => Promise<unknown>): Promise<object> {
  try {
    return ok(await work())
  } catch (error) {
    const told = { kind: 'postgres', code: '', severity: '', message: String(error) }
    return { ok: false, error: told }
  }
}

function ok(value: unknown): object {
  return { ok: true, value }
}
