/** The compiled kernels in the repository are those of their source. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

it('keeps the binary that the sources compile to', { timeout: 120_000 }, () => {
  const script = fileURLToPath(new URL('../../../scripts/build-kernels.mjs', import.meta.url))
  const { status, stderr } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' })
  expect(stderr).toBe('')
  expect(status).toBe(0)
})
