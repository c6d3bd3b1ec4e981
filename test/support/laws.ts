import ts from 'typescript'
import { breachAt, lineOf, linesMatching, nodesOf } from './source.ts'
import type { Breach } from './source.ts'

/**
 * The laws of STYLE §8 that a file can break by itself. Each answers with where it does.
 */

const columnsMax = 100
const functionLinesMax = 70
const fileLinesMax = 400

/** A fault's blanks are read from the type of its sentence, so the sentence is one literal. */
const catalogText = /^ {4}(says|remedy): (['`]).*\2,$/

export function tooLong(source: ts.SourceFile): Breach[] {
  const lines = source.text.split('\n')
  const file = lines.length - 1 > fileLinesMax
    ? [`${source.fileName}:1 has ${lines.length - 1} lines, more than ${fileLinesMax}`]
    : []
  const columns = lines.flatMap((line, n) => line.length > columnsMax && !catalogText.test(line)
    ? [`${source.fileName}:${n + 1} has ${line.length} columns, more than ${columnsMax}`]
    : [])
  return [...file, ...columns]
}

/** A `describe` only gathers tests, so its callback is no function in the law's sense. */
export function longFunctions(source: ts.SourceFile): Breach[] {
  return [...nodesOf(source)].flatMap((node) => {
    if (!ts.isFunctionLike(node) || gathersTests(node)) return []
    const lines = lineOf(source, node.end) - lineOf(source, node.getStart(source)) + 1
    return lines > functionLinesMax
      ? [breachAt(source, node, `a function of ${lines} lines, more than ${functionLinesMax}`)]
      : []
  })
}

function gathersTests(node: ts.Node): boolean {
  return ts.isCallExpression(node.parent) && /^describe/.test(node.parent.expression.getText())
}

/** Two-space, no semicolons, single quotes, as the rest of the house. */
export function layout(source: ts.SourceFile): Breach[] {
  const { fileName: file, text } = source
  const quotes = [...nodesOf(source)].filter((node) => ts.isStringLiteral(node)
    && node.getText(source).startsWith('"') && !node.text.includes("'"))
  const semicolons = [...nodesOf(source)].filter((node) =>
    (ts.isStatement(node) || ts.isTypeElement(node) || ts.isClassElement(node))
      && text[node.end - 1] === ';' && text[node.end] === '\n')
  return [
    ...linesMatching(file, text, /\t|\r/, 'a tab or carriage return'),
    ...linesMatching(file, text, /[ ]$/, 'blanks at the end of a line'),
    ...semicolons.map((node) => breachAt(source, node, 'ends with a semicolon')),
    ...quotes.map((node) => breachAt(source, node, `double quotes: ${node.getText(source)}`)),
    ...(/[^\n]\n$/.test(text) ? [] : [`${file}:1 ends without one newline`]),
  ]
}

/** Words that say nothing of what they name (STYLE §8). */
const emptyWords = /(?:^|[a-z0-9])(data|info|manager|helpers?|utils?)$/i

export function emptyNames(source: ts.SourceFile): Breach[] {
  return [...nodesOf(source)].flatMap((node) => {
    const name = declaredName(node)
    if (name === undefined || !emptyWords.test(name)) return []
    return [breachAt(source, node, `name ${name}`)]
  })
}

function declaredName(node: ts.Node): string | undefined {
  const declares = ts.isVariableDeclaration(node) || ts.isParameter(node)
    || ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node)
    || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)
  if (!declares || node.name === undefined || !ts.isIdentifier(node.name)) return undefined
  return node.name.text
}

export function defaultExports(source: ts.SourceFile): Breach[] {
  return [...nodesOf(source)]
    .filter((node) =>
      ts.isExportAssignment(node) || hasModifier(node, ts.SyntaxKind.DefaultKeyword))
    .map((node) => breachAt(source, node, 'a default export: a name is the same everywhere'))
}

function hasModifier(node: ts.Node, wanted: ts.SyntaxKind): boolean {
  const modifiers = ts.canHaveModifiers(node) ? ts.getModifiers(node) : undefined
  return modifiers?.some(({ kind }) => kind === wanted) ?? false
}

/** Calls whose answer depends on the machine or loses digits. */
const bannedCalls = new Map([
  ['parseFloat', 'decimals are text: use core/std/decimal'],
  ['Number.parseFloat', 'decimals are text: use core/std/decimal'],
  ['toLocaleString', 'it differs by machine'],
  ['toLocaleDateString', 'it differs by machine'],
  ['toLocaleTimeString', 'it differs by machine'],
  ['localeCompare', 'it sorts differently by machine: compare with <'],
])

export function callsBanned(source: ts.SourceFile): Breach[] {
  return [...nodesOf(source)].flatMap((node) => {
    if (!ts.isCallExpression(node)) return []
    const callee = node.expression.getText(source)
    const why = bannedCalls.get(callee) ?? bannedCalls.get(callee.split('.').at(-1) ?? '')
    return why === undefined ? [] : [breachAt(source, node, `calls ${callee}: ${why}`)]
  })
}

/** A comment says why; a line of code in it is history, and git keeps that. */
export function commentedOutCode(source: ts.SourceFile): Breach[] {
  const statement = /^\s*\/\/\s*(const|let|import|export|return|throw|await|if|for)\b.*[({=;)]$/
  const call = /^\s*\/\/\s*[\w.]+\(.*\)$/
  return [statement, call].flatMap((pattern) =>
    linesMatching(source.fileName, source.text, pattern, 'commented-out code'))
}
