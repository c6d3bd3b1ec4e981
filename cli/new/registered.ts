import type { ConnectorName } from './connector-name.ts'

const line = /^ {2}\(await import\('\.\/(?<id>[a-z0-9-]+)\/connector\.ts'\)\)\.\w+,$/

/** connectors/index.ts with one line more, in its place; null where there is no place for it. */
export function registered(index: string, { id, variable }: ConnectorName): string | null {
  const lines = index.split('\n')
  const places = lines.flatMap((text, at) => {
    const other = line.exec(text)?.groups?.['id']
    return other === undefined ? [] : [{ other, at }]
  })
  const last = places.at(-1)
  if (last === undefined || places.some(({ other }) => other === id)) return null
  const before = places.find(({ other }) => other > id)?.at ?? last.at + 1
  const added = `  (await import('./${id}/connector.ts')).${variable},`
  return lines.toSpliced(before, 0, added).join('\n')
}
