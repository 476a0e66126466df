import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { BACKEND_NAMES, openBackend } from '../../../src/engine/backend/index.ts'
import { loadNativeLibrary } from '../../../src/engine/backend/tensorflow/native-library.ts'
import { BenchError } from '../../../src/shared/contract/errors.ts'

describe('openBackend', () => {
  it('opens the reference without loading TensorFlow', async () => {
    expect((await openBackend('reference')).describe()).toMatchObject({ name: 'reference', device: 'cpu' })
    expect(readFileSync('/proc/self/maps', 'utf8')).not.toContain('libtensorflow')
  })

  it('names what is allowed', async () => {
    await expect(openBackend('abacus')).rejects.toThrow(
      'unknown backend abacus; allowed: auto, tensorflow, sparse, reference',
    )
    await expect(openBackend('toString')).rejects.toMatchObject({ code: 'bad-input', where: 'backend' })
    expect(BACKEND_NAMES).toContain('reference')
  })
})

describe('a native library that does not load', () => {
  it('is an error that a user can act on, with the loader’s own words', () => {
    const folder = mkdtempSync(join(tmpdir(), 'binding-'))
    const file = join(folder, 'broken.node')
    writeFileSync(file, 'not a library')
    const load = (): unknown => loadNativeLibrary(file)
    expect(load).toThrow(BenchError)
    expect(load).toThrow(/TensorFlow's native library does not load: .*broken\.node/)
    rmSync(folder, { recursive: true })
  })
})
