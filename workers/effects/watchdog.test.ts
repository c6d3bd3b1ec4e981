import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'

import { expect, test } from 'vitest'

const watchdog = new URL('./watchdog.ts', import.meta.url).href

/** A child that loops for ever, and a hub that starts it and says its process id. */
const child = `
  const { Worker } = require('node:worker_threads')
  const watchdog = new Worker(new URL('${watchdog}'), { workerData: process.ppid })
  watchdog.once('online', () => { process.stdout.write(String(process.pid)); for (;;); })`
const hub = `
  const { spawn } = require('node:child_process')
  spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { stdio: 'inherit' })`

test('a child in a loop does not outlive its hub', async () => {
  const running = spawn(process.execPath, ['-e', hub], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [said] = (await once(running.stdout, 'data')) as [Buffer]
  const pid = Number(said.toString())
  expect(isAlive(pid)).toBe(true)
  running.kill('SIGKILL')
  for (let waits = 0; waits < 100 && isAlive(pid); waits++) await sleep(100)
  expect(isAlive(pid)).toBe(false)
})

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
