import { basename, dirname } from 'node:path'
import ts from 'typescript'
import { expect, test } from 'vitest'
import { catalog } from '#core/errors/catalog.ts'
import * as laws from './support/laws.ts'
import { breachAt, linesMatching, nodesOf, parse, textOf, trackedFiles } from './support/source.ts'
import type { Breach } from './support/source.ts'

const files = trackedFiles()
const sources = files.filter((file) => /\.[cm]?[jt]s$/.test(file))
  .map((file) => parse(file, textOf(file)))
const isTest = (file: string): boolean => /^test\/|\.test\.ts$/.test(file)
const product = sources.filter(({ fileName }) => !isTest(fileName))

/** Text that people write and read: not fixtures, not what a script wrote. */
const written = files.filter((file) => /\.(ts|js|mjs|md|yaml|sql)$/.test(file)
  && !/\/(fixtures|cases)\//.test(file))

function everywhere(law: (source: ts.SourceFile) => Breach[], where = sources): Breach[] {
  return where.flatMap(law)
}

function writtenNowhere(pattern: RegExp, what: string, where = written): Breach[] {
  return where.flatMap((file) => linesMatching(file, textOf(file), pattern, what))
}

test('lines have at most 100 columns and files at most 400 lines', () => {
  expect(everywhere(laws.tooLong)).toEqual([])
})

test('functions have at most 70 lines', () => {
  expect(everywhere(laws.longFunctions)).toEqual([])
})

test('layout is the same everywhere', () => {
  expect(everywhere(laws.layout)).toEqual([])
})

test('names say what they name', () => {
  expect(everywhere(laws.emptyNames)).toEqual([])
})

test('files are named in kebab-case, without empty words', () => {
  const names = sources.map(({ fileName }) => fileName)
  const kebabCase = /^\.?[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)+$/
  const emptyWord = /(^|[-/])(data|info|manager|helpers?|utils?)\.\w+$/
  expect(names.filter((file) => !kebabCase.test(basename(file)))).toEqual([])
  expect(names.filter((file) => emptyWord.test(file))).toEqual([])
})

test('nothing is exported by default but the settings of tools', () => {
  const toolSettings = /^[\w.]+\.config\.[jt]s$|^\.dependency-cruiser\.mjs$|-setup\.ts$/
  const others = sources.filter(({ fileName }) => !toolSettings.test(fileName))
  expect(everywhere(laws.defaultExports, others)).toEqual([])
})

test('no banned calls in the product', () => {
  expect(everywhere(laws.callsBanned, product)).toEqual([])
})

test('no commented-out code, no reminders', () => {
  expect(everywhere(laws.commentedOutCode)).toEqual([])
  // Spelled so that this line does not match itself.
  expect(writtenNowhere(/\b(TO|FIX)(DO|ME)\b/, 'a reminder: do it, or open an issue')).toEqual([])
})

test('no check is silenced and no test is focused or left out', () => {
  const silenced = /@ts-(ignore|nocheck)|(eslint|knip)-(disable|ignore)|dependency-cruiser-disable/
  const unfinished = /\b(test|it|describe)\.(only|todo)\(/
  const [tests, others] = [written.filter(isTest), written.filter((file) => !isTest(file))]
  expect(writtenNowhere(silenced, 'a silenced check', others)).toEqual([])
  expect(writtenNowhere(unfinished, 'a focused or empty test', tests)).toEqual([])
})

test('nothing names a path of one machine or the host of a registry', () => {
  const homes = ['work', 'root', 'home', 'farm', 'Users'].join('|')
  const machine = new RegExp(`(^|[^\\w.@-])/(${homes})/[A-Za-z]`)
  const registry = /https?:\/\/(registry|npm|artifact)[\w.-]*\.[a-z]/
  const texts = files.filter((file) => !/\.(png|ico|gz|zip)$/.test(file))
  expect(writtenNowhere(machine, 'a path of one machine', texts)).toEqual([])
  expect(writtenNowhere(registry, 'a registry host', texts)).toEqual([])
})

test('every fault of the catalog is raised somewhere', () => {
  const raised = product.filter(({ fileName }) => !fileName.startsWith('core/errors/catalog'))
    .map(({ text }) => text).join('\n')
  expect(Object.keys(catalog).filter((code) => !raised.includes(`'${code}'`))).toEqual([])
})

test('every limit says what it bounds, by a comment or by a name that ends in a unit', () => {
  const limits = sources.filter(({ fileName }) => fileName === 'config/limits.ts')
  expect(limits).toHaveLength(1)
  expect(everywhere(limitsUnexplained, limits)).toEqual([])
})

function limitsUnexplained(source: ts.SourceFile): Breach[] {
  const unit = /(Max|Min|Default|Bytes|Mb|Ms|Seconds|Days)$/
  return [...nodesOf(source)]
    .filter((node) => ts.isPropertyAssignment(node)
      && ts.getLeadingCommentRanges(source.text, node.pos) === undefined
      && (ts.isObjectLiteralExpression(node.initializer) || !unit.test(node.name.getText(source))))
    .map((node) => breachAt(source, node, `no comment: ${node.getText(source).slice(0, 60)}`))
}

test('mappings hold no TypeScript, and each has cases with what comes in and what goes out', () => {
  const inMappings = files.filter((file) => file.startsWith('mappings/'))
  expect(inMappings.filter((file) => /\.[cm]?[jt]s$/.test(file))).toEqual([])
  const mappings = inMappings.filter((file) => basename(file) === 'mapping.yaml').map(dirname)
  const cases = inMappings.filter((file) => file.includes('/cases/'))
  const someCase = (start: string): boolean => cases.some((file) => file.startsWith(start))
  expect(mappings.filter((folder) => !someCase(`${folder}/cases/`))).toEqual([])
  const inputs = cases.filter((file) => /\.in\.\w+$/.test(file))
  // A mapping to X12 has one for each release.
  const ends = ['.out.', '-004010.out.', '-005010.out.']
  const answered = (input: string): boolean =>
    ends.some((end) => someCase(input.replace(/\.in\.\w+$/, end)))
  expect(inputs.filter((input) => !answered(input))).toEqual([])
})

test('every migration begins with why, and says how to check it', () => {
  const migrations = files.filter((file) => /^prisma\/migrations\/.*\.sql$/.test(file))
  expect(migrations.filter((file) => !textOf(file).startsWith('-- '))).toEqual([])
  expect(migrations.filter((file) => !/^-- Check: /m.test(textOf(file)))).toEqual([])
})

test('decisions are numbered without gaps, short, and say what follows from them', () => {
  const decisions = files.filter((file) => file.startsWith('docs/decisions/')
    && basename(file) !== 'template.md').sort()
  expect(decisions.map((file) => basename(file).slice(0, 5)))
    .toEqual(decisions.map((_, n) => `${String(n + 1).padStart(4, '0')}-`))
  for (const file of decisions) {
    const text = textOf(file)
    expect(text.split('\n').length, file).toBeLessThanOrEqual(41)
    expect(text.match(/^## .*$/gm), file).toEqual(['## Context', '## Decision', '## Consequences'])
  }
})

test('the README names every top-level folder', () => {
  const folders = new Set(files.filter((file) => file.includes('/') && !file.startsWith('.'))
    .map((file) => file.slice(0, file.indexOf('/') + 1)))
  const readme = textOf('README.md')
  expect([...folders].filter((folder) => !readme.includes(`\`${folder}\``))).toEqual([])
})
