import { expect, test } from 'vitest'
import { crossdock } from '#test/support/cli.ts'
import { fixture } from '#test/support/x12-messages.ts'

const good = fixture('850-004010.edi')
const later = fixture('850-005010.edi')
const badDate = good.replace('**20261122~', '**20261322~')

test('the 997 goes back to the sender, numbered and dated as told', () => {
  const { code, stdout, stderr } = crossdock(
    ['ack', '-', '--at', '2026-11-22T10:05', '--interchange', '7', '--group', '8', '--set', '9'],
    { input: badDate },
  )
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout.split('~')).toEqual([
    'ISA*00*          *00*          *ZZ*SANDBOXSELLER  *ZZ*SANDBOXBUYER   *261122*1005*U*00401' +
      '*000000007*0*T*>',
    'GS*FA*SANDBOXSELLER*SANDBOXBUYER*20261122*1005*8*X*004010',
    'ST*997*0009',
    'AK1*PO*101',
    'AK2*850*0001',
    'AK3*BEG*2**8',
    'AK4*5*373*8*20261322',
    'AK5*R*5',
    'AK9*R*1*1*0',
    'SE*8*0009',
    'GE*1*8',
    'IEA*1*000000007',
    '',
  ])
})

test('each interchange gets one of its own, in its own release, and both are valid', () => {
  const { code, stdout } = crossdock(['ack', '-'], { input: good + later })
  expect(code).toBe(0)
  const checked = crossdock(['validate', '--json', '-'], { input: stdout })
  expect(checked.code).toBe(0)
  expect(JSON.parse(checked.stdout)).toMatchObject({
    interchanges: [
      { control: '000000001', verdict: 'accepted', groups: [{ control: '1', release: '004010' }] },
      { control: '000000002', verdict: 'accepted', groups: [{ control: '2', release: '005010' }] },
    ],
    faults: [],
  })
})

test('--json tells outcome and segments per group', () => {
  const { code, stdout } = crossdock(['ack', '-', '--json'], { input: good })
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toEqual([{
    interchange: '000000101',
    acknowledgements: [{
      group: '101', kind: '997', outcome: 'accepted', release: '004010',
      segments: [
        ['AK1', 'PO', '101'], ['AK2', '850', '0001'], ['AK5', 'A'], ['AK9', 'A', '1', '1', '1'],
      ],
    }],
  }])
})

test('an acknowledgement is never acknowledged', () => {
  const { stdout: acknowledgement } = crossdock(['ack', '-'], { input: good })
  const { code, stdout, stderr } = crossdock(['ack', '-'], { input: acknowledgement })
  expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
  expect(stderr).toContain('never acknowledged')
})

test('an interchange that is rejected as a whole gets none, and the rest do', () => {
  const cut = good.slice(0, good.indexOf('IEA'))
  const { code, stdout, stderr } = crossdock(['ack', '-'], { input: cut + later })
  expect(code).toBe(1)
  expect(stdout).toContain('AK1*PO*')
  expect(stdout.match(/ISA\*/g)).toHaveLength(1)
  expect(stderr).toContain('Interchange 000000101 is rejected as a whole')
})

test.each(['', 'no EDI'])('%j has nothing to answer', (input) => {
  const { code, stdout, stderr } = crossdock(['ack', '-'], { input })
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toContain('holds no X12 interchange')
})

test.each([
  [['--interchange', '0'], '--interchange takes a number'],
  [['--set', 'x'], '--set takes a number'],
  [['--at', 'yesterday'], '--at takes'],
  [['--at', '2026-13-40T10:00'], '--at takes'],
])('%j is wrong usage', (flags, says) => {
  const { code, stderr } = crossdock(['ack', '-', ...flags], { input: good })
  expect(code).toBe(2)
  expect(stderr).toContain(says)
})
