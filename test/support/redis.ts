import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { describe, test } from 'vitest'
import { freePort } from './free-port.ts'

const program = '/usr/bin/redis-server'

/** A real Redis on a port of its own, which may be killed, started anew and flushed. */
export class TestRedis {
  readonly url: string
  readonly #port: number
  readonly #directory: string
  #child: ChildProcess | null = null

  private constructor(port: number, directory: string) {
    this.#port = port
    this.#directory = directory
    this.url = `redis://127.0.0.1:${port}`
  }

  static async start(): Promise<TestRedis> {
    const directory = await mkdtemp(join(tmpdir(), 'crossdock-redis-'))
    const redis = new TestRedis(await freePort(), directory)
    await redis.up()
    return redis
  }

  async up(): Promise<void> {
    const flags = ['--port', String(this.#port), '--bind', '127.0.0.1', '--dir', this.#directory]
    this.#child = spawn(program, [...flags, '--save', '', '--appendonly', 'no'], {
      stdio: 'ignore',
    })
    for (let tries = 0; tries < 100; tries++) {
      if (await this.#answers()) return
      await sleep(50)
    }
    throw new Error('redis-server did not come up')
  }

  async kill(): Promise<void> {
    const child = this.#child
    if (child?.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }

  /** It takes connections and says nothing, until it goes on. */
  hang(): void {
    this.#child?.kill('SIGSTOP')
  }

  goOn(): void {
    this.#child?.kill('SIGCONT')
  }

  async set(name: string, value: string): Promise<void> {
    await this.#ask((redis) => redis.config('SET', name, value))
  }

  /** Forgets everything. */
  async flush(): Promise<void> {
    await this.#ask((redis) => redis.flushall())
  }

  async stop(): Promise<void> {
    await this.kill()
    await rm(this.#directory, { recursive: true, force: true })
  }

  async #answers(): Promise<boolean> {
    return this.#ask((redis) => redis.ping()).then(() => true, () => false)
  }

  async #ask(question: (redis: Redis) => Promise<unknown>): Promise<void> {
    const redis = new Redis(this.url, {
      lazyConnect: true, maxRetriesPerRequest: 0, retryStrategy: () => null,
    })
    redis.on('error', () => undefined)
    try {
      await redis.connect()
      await question(redis)
    } finally {
      redis.disconnect()
    }
  }
}

/**
 * `describe` for tests that need a Redis. Where it is not installed they are skipped and say so;
 * with CROSSDOCK_REQUIRE_ALL=1, as in `.ci/run`, that is a failure.
 */
export function describeWithRedis(name: string, body: () => void): void {
  if (existsSync(program)) {
    describe(name, body)
  } else if (process.env.CROSSDOCK_REQUIRE_ALL === '1') {
    test(name, () => {
      throw new Error('CROSSDOCK_REQUIRE_ALL=1 but redis-server is not installed')
    })
  } else {
    test.skip(`${name} (skipped: redis-server is not installed)`)
  }
}
