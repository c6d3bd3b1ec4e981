import { isMap, isSeq, LineCounter, parseAllDocuments } from 'yaml'
import type { Document } from 'yaml'
import { limits } from '#config/limits.ts'
import { faultView } from '#core/errors/fault.ts'
import type { FaultView } from '#core/errors/fault.ts'
import { readText } from '../input-text.ts'

/** A problem where a person finds it: in a file, at a line. */
export interface PlacedProblem extends FaultView {
  readonly file: string
  /** From 1. */
  readonly line: number
  readonly field: string
}

/** The lists of a configuration, as the files have them one after the other. */
export type Lists = Readonly<Record<string, readonly unknown[]>>

const listNames = ['partners', 'endpoints', 'relationships', 'crossReferences'] as const

/** A document of one of the files. */
interface Source {
  readonly file: string
  readonly document: Document
  readonly lines: LineCounter
}

/** One item of a merged list: where it came from. */
interface Origin {
  readonly source: Source
  /** Its place in its own document's list, from 0. */
  readonly index: number
}

/** Several files as one configuration, which knows where each of its parts stood. */
export class ConfigurationFiles {
  readonly problems: PlacedProblem[] = []
  readonly #lists = new Map<string, unknown[]>(listNames.map((name) => [name, []]))
  readonly #origins = new Map<string, Origin[]>(listNames.map((name) => [name, []]))

  /** Adds all documents of a file. Throws UsageError where it cannot be read. */
  add(file: string): void {
    const text = readText(file)
    const lines = new LineCounter()
    const documents = parseAllDocuments(text, { lineCounter: lines })
    if (!Array.isArray(documents)) return
    for (const document of documents) this.#addDocument({ file, document, lines })
  }

  get lists(): Lists {
    return Object.fromEntries(this.#lists)
  }

  /** The file that has an item of a merged list, counted from 0. */
  fileOf(list: string, index: number): string {
    return this.#origins.get(list)?.[index]?.source.file ?? ''
  }

  /** A field of the merged lists (`endpoints[3].settings.url`) as the file that has it tells it. */
  placed(field: string, fault: FaultView): PlacedProblem {
    const [, list = '', number = ''] = /^(\w+)\[(\d+)\]/.exec(field) ?? []
    const origin = this.#origins.get(list)?.[Number(number) - 1]
    if (origin === undefined) return { ...fault, file: '', line: 1, field }
    const rest = field.slice(`${list}[${number}]`.length)
    const told = `${list}[${origin.index + 1}]${rest}`
    const { file } = origin.source
    return { ...fault, file, line: lineOf(origin.source, told), field: told }
  }

  #addDocument(source: Source): void {
    const { file, document, lines } = source
    for (const error of document.errors) {
      const reason = error.message.split('\n')[0] ?? error.code
      this.#problem(file, lines.linePos(error.pos[0]).line, reason)
    }
    if (document.errors.length > 0 || document.contents === null) return
    const content: unknown = document.toJS({ maxAliasCount: limits.mapping.aliasesMax })
    if (!isMap(document.contents) || typeof content !== 'object' || content === null) {
      this.#problem(file, lineOf(source, ''), 'a document must be an object of lists')
      return
    }
    for (const [name, list] of Object.entries(content)) this.#addList(source, name, list)
  }

  #addList(source: Source, name: string, list: unknown): void {
    const [items, origins] = [this.#lists.get(name), this.#origins.get(name)]
    const line = lineOf(source, name)
    if (items === undefined || origins === undefined) {
      this.#problem(source.file, line, `${name} must be one of ${listNames.join(', ')}`)
    } else if (!Array.isArray(list)) {
      this.#problem(source.file, line, `${name} must be a list`)
    } else {
      for (const [index, item] of list.entries()) {
        items.push(item)
        origins.push({ source, index })
      }
    }
  }

  #problem(file: string, line: number, reason: string): void {
    const fault = faultView('CONFIGURATION_FILE_UNREADABLE', { reason })
    this.problems.push({ ...fault, file, line, field: '' })
  }
}

/** The line of a field, or of the nearest part around it that is there. */
function lineOf({ document, lines }: Source, field: string): number {
  let node: unknown = document.contents
  let offset = rangeStart(node)
  for (const step of field.split(/[.[\]]+/).filter((one) => one !== '')) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => String(key) === step)
      if (pair === undefined) break
      offset = rangeStart(pair.key) ?? offset
      node = pair.value
    } else if (isSeq(node)) {
      node = node.items[Number(step) - 1]
      offset = rangeStart(node) ?? offset
    } else break
  }
  return lines.linePos(offset ?? 0).line
}

function rangeStart(node: unknown): number | undefined {
  if (typeof node !== 'object' || node === null || !('range' in node)) return undefined
  return Array.isArray(node.range) ? Number(node.range[0]) : undefined
}
