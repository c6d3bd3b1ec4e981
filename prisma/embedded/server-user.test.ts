import { chmod, mkdir, mkdtemp, realpath, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkReach, mayEnter } from './server-user.ts'

const user = { name: 'somebody', uid: 4000, gid: 4000 }

test.each([
  ['its owner, by the owner\'s bit alone', 0o100, 4000, 1, true],
  ['its owner, whatever others may', 0o011, 4000, 4000, false],
  ['its group, by the group\'s bit', 0o010, 1, 4000, true],
  ['its group, whatever others may', 0o701, 1, 4000, false],
  ['others, by their bit', 0o001, 1, 1, true],
  ['others, without it', 0o770, 1, 1, false],
])('a directory may be entered by %s', (_, mode, uid, gid, expected) => {
  expect(mayEnter({ mode: 0o040000 | mode, uid, gid }, user)).toBe(expected)
})

test('the first closed directory on the way is named, links followed', async () => {
  const top = await realpath(await mkdtemp(join(tmpdir(), 'crossdock-reach-')))
  try {
    const target = join(top, 'closed', 'open')
    await mkdir(target, { recursive: true })
    await chmod(top, 0o755)
    await expect(checkReach(target, user)).resolves.toBeUndefined()
    await chmod(join(top, 'closed'), 0o700)
    await symlink(target, join(top, 'link'))
    await expect(checkReach(join(top, 'link'), user)).rejects.toMatchObject({
      code: 'DIRECTORY_CLOSED', facts: { directory: join(top, 'closed'), user: 'somebody' },
    })
  } finally {
    await rm(top, { recursive: true })
  }
})
