import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { crossdock } from '#test/support/cli.ts'
import { fixture } from '#test/support/x12-messages.ts'

const good = fixture('850-004010.edi')

test('segments are listed with their number, loop depth and name', () => {
  const { code, stdout } = crossdock(['decode', '-'], { input: good })
  expect(code).toBe(0)
  const lines = stdout.split('\n')
  expect(lines.slice(0, 3)).toEqual([
    'Interchange 000000101 from ZZ/SANDBOXBUYER to ZZ/SANDBOXSELLER',
    'Group 101, PO in 004010',
    'Set 0001, 850 Purchase Order',
  ])
  expect(lines[4]).toMatch(/^ {6}2 {2}BEG\*00\*SA\*4500012345\*\*20261122 +Beginning Segment/)
  expect(stdout).toMatch(/^ +\d+ {2} {2}PO1\*1\*120/m)
  expect(stdout).toMatch(/^ +\d+ {2} {4}PID\*F\*08\*\*\*SMALL WIDGET/m)
})

test('--json has each set as the tree that mappings read', () => {
  const { code, stdout } = crossdock(['decode', '-', '--json'], { input: good + good })
  expect(code).toBe(0)
  const decoded: unknown = JSON.parse(stdout)
  const interchange = {
    standard: 'x12', control: '000000101', senderId: 'SANDBOXBUYER', usage: 'T',
    delimiters: { element: '*', component: '>', segment: '~' },
    groups: [{
      functionalId: 'PO', control: '101', release: '004010',
      sets: [{
        type: '850', control: '0001', verdict: 'accepted', faults: [],
        tree: {
          BEG: { BEG03: '4500012345' },
          PO1Loop: [{}, { SACLoop: [{ SAC: { SAC05: '2.50' } }] }, {}],
        },
      }],
    }],
  }
  expect(decoded).toMatchObject({ file: '-', interchanges: [interchange, interchange] })
})

test('levels that cannot nest are a fault beside a tree of null', () => {
  const input = good
    .replace('GS*PO', 'GS*SH')
    .replace(/ST\*850[^]*SE\*\d+/, 'ST*856*0001~BSN*00*S1*20261122*0930~HL*1*7*S~SE*4')
  const { stdout } = crossdock(['decode', '-', '--json'], { input })
  const { interchanges: [interchange] } = JSON.parse(stdout) as {
    interchanges: [{ groups: [{ sets: [unknown] }] }]
  }
  expect(interchange.groups[0].sets).toMatchObject([
    { type: '856', tree: null, faults: [{ code: 'X12_LEVEL_PARENT_UNKNOWN' }] },
  ])
})

test.each(['', 'no EDI at all'])('%j holds no interchange', (input) => {
  expect(crossdock(['decode', '-'], { input })).toMatchObject({
    code: 1, stdout: '', stderr: '- holds no X12 interchange.\n',
  })
  const { code, stdout } = crossdock(['decode', '-', '--json'], { input })
  expect({ code, decoded: JSON.parse(stdout) as unknown })
    .toEqual({ code: 1, decoded: { file: '-', interchanges: [] } })
})

test('a reader that goes away early is no failure', () => {
  const launcher = join(import.meta.dirname, '..', '..', 'crossdock')
  const { stderr, stdout } = spawnSync('sh', ['-c', '"$0" decode - | head -n 1', launcher], {
    input: good.repeat(2000), encoding: 'utf8',
  })
  expect({ stderr, stdout: stdout.split('\n').length }).toEqual({ stderr: '', stdout: 2 })
})
