/**
 * The compiled kernels in the repository are those of their source; what V8 makes of them gives the same
 * numbers everywhere.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

it('keeps the binary that the sources compile to', { timeout: 120_000 }, () => {
  const script = fileURLToPath(new URL('../../../../scripts/build-kernels.mjs', import.meta.url))
  const { status, stderr } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' })
  expect(stderr).toBe('')
  expect(status).toBe(0)
})

/** Hashes of what two dozen networks train to, in a process with such flags of V8. */
function numbers(...flags: readonly string[]): string {
  const script = fileURLToPath(new URL('./numbers.ts', import.meta.url))
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, [...flags, script], {
    encoding: 'utf8',
  })
  expect({ status, signal }, stderr).toEqual({ status: 0, signal: null })
  return stdout
}

it('computes the same bits without vectors of 256 bits', { timeout: 120_000 }, () => {
  const wide = numbers()
  expect(wide.trim().split('\n')).toHaveLength(24)
  expect(numbers('--no-enable-avx2')).toBe(wide)
})
