// Reading a device or a pipe whole may never end: they are refused before.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { refuseDevice } from '../../../src/engine/interchange/plain-file.ts'
import { readWeightsBytes } from '../../../src/engine/interchange/weights-file.ts'

const root = mkdtempSync(join(tmpdir(), 'givens-plain-'))
afterAll(() => rmSync(root, { recursive: true }))

it.skipIf(process.platform === 'win32')('weights that never end are refused', () => {
  for (const name of ['zero.npz', 'zero.safetensors']) {
    symlinkSync('/dev/zero', join(root, name))
    expect(() => readWeightsBytes(join(root, name))).toThrow(/a device or a pipe/)
  }
  execFileSync('mkfifo', [join(root, 'pipe.npz')])
  expect(() => readWeightsBytes(join(root, 'pipe.npz'))).toThrow(/a device or a pipe/)
})

it('files pass, and what is not there is left to who reads', () => {
  writeFileSync(join(root, 'w.npz'), 'x')
  for (const name of ['w.npz', 'none', '.']) refuseDevice(join(root, name))
  expect(() => readWeightsBytes(join(root, 'none.npz'))).toThrow(/There is no weights file/)
  expect(() => readWeightsBytes(root)).toThrow(/it is a folder/)
})
