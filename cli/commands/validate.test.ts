import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { crossdock } from '#test/support/cli.ts'
import { fixture } from '#test/support/x12-messages.ts'

const folder = mkdtempSync(join(tmpdir(), 'crossdock-test-'))
afterAll(() => rmSync(folder, { recursive: true }))

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

const good = fixture('850-004010.edi')
const badDate = good.replace('BEG*00*SA*4500012345**20261122', 'BEG*00*SA*4500012345**20261322')
const unlisted = good.replace('*120*EA*', '*120*QQ*')

describe('--json', () => {
  test('a good file has the names others rely on, and nothing else', () => {
    const path = file('good.edi', good)
    const { code, stdout, stderr } = crossdock(['validate', path, '--json'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(JSON.parse(stdout)).toEqual({
      file: path,
      interchanges: [{
        standard: 'x12', control: '000000101', verdict: 'accepted', faults: [],
        groups: [{
          control: '101', release: '004010', verdict: 'accepted', faults: [],
          sets: [{ type: '850', control: '0001', verdict: 'accepted', status: 'due', faults: [] }],
        }],
      }],
      faults: [],
    })
  })

  test('a fault has code, says, remedy and at, and stands beside its set', () => {
    const { code, stdout } = crossdock(['validate', file('bad.edi', badDate), '--json'])
    expect(code).toBe(1)
    const { interchanges: [interchange] } = JSON.parse(stdout) as {
      interchanges: [{ verdict: string; groups: [{ verdict: string; sets: [unknown] }] }]
    }
    const [group] = interchange.groups
    expect([interchange.verdict, group.verdict]).toEqual(['rejected', 'rejected'])
    expect(group.sets).toEqual([{
      type: '850', control: '0001', verdict: 'rejected', status: 'rejected', faults: [{
        code: 'X12_DATE_BAD',
        says: expect.stringContaining('20261322') as string,
        remedy: expect.any(String) as string,
        at: { byte: badDate.indexOf('20261322'), segment: 2, tag: 'BEG', element: 5 },
      }],
    }])
  })

  test('errors that do not reject leave the exit code at 0', () => {
    const { code, stdout } = crossdock(['validate', file('errors.edi', unlisted), '--json'])
    expect(code).toBe(0)
    expect(stdout).toContain('"accepted_with_errors"')
  })

  test('several files are a line each, and one rejected is enough', () => {
    const paths = [file('one.edi', good), file('two.edi', badDate)]
    const { code, stdout } = crossdock(['validate', '--json', ...paths])
    expect(code).toBe(1)
    const files = stdout.trim().split('\n').map((line) => JSON.parse(line) as { file: string })
    expect(files.map((one) => one.file)).toEqual(paths)
  })

  test('several interchanges of one file are all told', () => {
    const input = good + badDate + good
    const { code, stdout } = crossdock(['validate', '--json', '-'], { input })
    expect(code).toBe(1)
    const { interchanges } = JSON.parse(stdout) as { interchanges: { verdict: string }[] }
    expect(interchanges.map(({ verdict }) => verdict)).toEqual(['accepted', 'rejected', 'accepted'])
  })

  test.each([
    ['nothing', ''],
    ['blanks', ' \r\n\n '],
    ['text', 'Dear Sirs,\nplease find our order enclosed.\n'],
    ['bytes', Uint8Array.from({ length: 4096 }, (_, index) => (index * 73) % 256)],
    ['EDIFACT', "UNB+UNOA:3+A+B+260131:0915+1'UNH+1+ORDERS:D:96A:UN'UNT+2+1'UNZ+1+1'"],
    ['a lone ISA', 'ISA'],
    ['half an ISA', good.slice(0, 60)],
  ])('%s is no interchange: a fault outside, and exit 1', (_, input) => {
    const { code, stdout, stderr } = crossdock(['validate', '--json', '-'], { input })
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
    const report = JSON.parse(stdout) as { interchanges: unknown[]; faults: { code: string }[] }
    expect(report.interchanges).toEqual([])
    expect(report.faults[0]?.code).toMatch(/^X12_(NO_INTERCHANGE|ISA_UNREADABLE)$/)
  })

  test('a file that was cut off is rejected as a whole', () => {
    const { code, stdout } = crossdock(['validate', '--json', '-'], { input: good.slice(0, -40) })
    expect(code).toBe(1)
    expect(stdout).toContain('X12_IEA_MISSING')
  })
})

describe('for a person', () => {
  test('each fault shows its segment with a caret under the place, and what to do', () => {
    const { code, stdout } = crossdock(['validate', file('person.edi', badDate)])
    expect(code).toBe(1)
    expect(stdout).toContain('✗ 850 0001: rejected')
    expect(stdout).toContain([
      '      segment 2, BEG05  X12_DATE_BAD',
      '        BEG*00*SA*4500012345**20261322',
      '                              ^^^^^^^^',
    ].join('\n'))
    expect(stdout).toMatch(/^ {6}→ Ask the sender/m)
    expect(stdout).toMatch(/1 set: 1 rejected; 1 fault\.\n$/)
  })

  test('a good file is told in four lines', () => {
    const path = file('fine.edi', good)
    expect(crossdock(['validate', path])).toEqual({
      code: 0, stderr: '', stdout: [
        path,
        'Interchange 000000101, ZZ/SANDBOXBUYER to ZZ/SANDBOXSELLER, test: accepted',
        '  Group 101, PO in 004010: accepted',
        '    ✓ 850 0001: accepted',
        '1 set: 1 accepted; 0 faults.',
        '',
      ].join('\n'),
    })
  })

  test('colour is for terminals and for those who force it', () => {
    const path = file('colour.edi', badDate)
    expect(crossdock(['validate', path]).stdout).not.toContain('\u001b[')
    const { stdout } = crossdock(['validate', path], { env: { NO_COLOR: '', FORCE_COLOR: '1' } })
    expect(stdout).toContain('\u001b[31mrejected')
  })
})

test('30 MB are read in little memory', () => {
  const [isa = '', gs = '', ...rest] = good.split(/(?<=~\n)/)
  const set = rest.slice(0, -2).join('')
  const sets = Math.ceil(30_000_000 / set.length)
  const path = join(folder, 'large.edi')
  const descriptor = openSync(path, 'w')
  writeSync(descriptor, isa + gs)
  for (let number = 1; number <= sets; number++) {
    writeSync(descriptor, set.replaceAll('0001~', `${String(number).padStart(6, '0')}~`))
  }
  writeSync(descriptor, `GE*${sets}*101~\nIEA*1*000000101~\n`)
  closeSync(descriptor)
  const peak = 'process.on("exit",()=>console.error(process.resourceUsage().maxRSS))'
  const { code, stdout, stderr } = crossdock(['validate', path], {
    env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(peak)}` },
  })
  expect(code).toBe(0)
  expect(stdout).toContain(`000001 to ${String(sets).padStart(6, '0')}, ${sets} sets: accepted`)
  const peakMb = Number(stderr.trim()) / 1024
  expect(peakMb).toBeGreaterThan(20)
  expect(peakMb).toBeLessThan(150)
})
