// A minute of the torture: kills, power cuts, full disks, damaged pages, files and messages that lie.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const ENTRY = fileURLToPath(new URL('../../torture/index.ts', import.meta.url))

it('finds nothing in a minute, and says what it did', { timeout: 400_000 }, () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [ENTRY, '--minutes', '1', '--seed', '1'], {
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    encoding: 'utf8',
  })
  expect(stderr + stdout).toContain('Nothing found.')
  expect(status).toBe(0)
  expect(stdout).toMatch(/studies +[1-9]\d* inputs/)
  expect(stdout).toMatch(/kills +[1-9]\d* killed/)
})
