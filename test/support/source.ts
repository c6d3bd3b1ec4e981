import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'

const repo = join(import.meta.dirname, '..', '..')

/** A place where the source breaks a law, as `file:line what`. */
export type Breach = string

/**
 * What git tracks or would track: the tree as a fresh clone has it, paths from the repository's
 * root.
 */
export function trackedFiles(): string[] {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], { cwd: repo })
  return listed.toString().split('\0').filter((file) => file !== '' && existsSync(join(repo, file)))
}

export function textOf(file: string): string {
  return readFileSync(join(repo, file), 'utf8')
}

/** Where a line matches. The pattern must not be global: it would remember the line before. */
export function linesMatching(file: string, text: string, pattern: RegExp, what: string): Breach[] {
  return text.split('\n').flatMap((line, n) =>
    pattern.test(line) ? [`${file}:${n + 1} ${what}: ${line.trim().slice(0, 80)}`] : [])
}

export function parse(file: string, text: string): ts.SourceFile {
  return ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
}

/** Every node of a file, outermost first. */
export function* nodesOf(root: ts.Node): Generator<ts.Node> {
  const children: ts.Node[] = []
  ts.forEachChild(root, (child) => {
    children.push(child)
  })
  for (const child of children) {
    yield child
    yield* nodesOf(child)
  }
}

export function lineOf(source: ts.SourceFile, position: number): number {
  return source.getLineAndCharacterOfPosition(position).line + 1
}

export function breachAt(source: ts.SourceFile, node: ts.Node, what: string): Breach {
  return `${source.fileName}:${lineOf(source, node.getStart(source))} ${what}`
}
