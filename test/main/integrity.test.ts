import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { damageOf } from '../../src/main/integrity.ts'

const folder = mkdtempSync(join(tmpdir(), 'givens-integrity-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Electron takes what ends in .asar for a folder. */
function writeArchive(bytes: Uint8Array): void {
  process.noAsar = true
  writeFileSync(join(folder, 'app.asar'), bytes)
  process.noAsar = false
}

it('finds an archive with one other byte, and a missing hash', () => {
  const archive = Buffer.alloc(5000, 7)
  expect(damageOf(folder)).toMatch(/app\.asar\.sha256.*Install Givens Bench again/)
  writeFileSync(join(folder, 'app.asar.sha256'), `${createHash('sha256').update(archive).digest('hex')}\n`)
  expect(damageOf(folder)).toMatch(/no such file/)
  writeArchive(archive)
  expect(damageOf(folder)).toBeNull()
  archive[3000] ^= 1
  writeArchive(archive)
  expect(damageOf(folder)).toMatch(/app\.asar is not what was installed/)
})
