// Half a minute of the torture: a round of kills, and of studies, messages and files that lie.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const ENTRY = fileURLToPath(new URL('../../torture/index.ts', import.meta.url))

it('finds nothing in a round, and says what it did', { timeout: 600_000 }, () => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [ENTRY, ...'--minutes 0.1 --seed 1 --round 0 --only studies,messages,files,kills'.split(' ')],
    {
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
      encoding: 'utf8',
    },
  )
  expect(stderr + stdout).toContain('Nothing found.')
  expect(status).toBe(0)
  expect(stdout).toMatch(/studies +[1-9]\d* inputs/)
  expect(stdout).toMatch(/kills +[1-9]\d* killed/)
})
