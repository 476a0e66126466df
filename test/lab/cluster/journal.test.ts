// A journal on a disk that fills within a line.
import fs, { statSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { allLines, Journal } from '../../../src/lab/cluster/journal.ts'
import { temporaryFolder } from '../support.ts'

describe('a journal', () => {
  it('that a full disk cut off within a line is taken to its last whole one', () => {
    const journal = new Journal(join(temporaryFolder(), '1.1'))
    const at = new Date().toISOString()
    journal.append({ at, kind: 'beat' })
    const whole = journal.bytes
    const original = fs.writeSync
    const written = vi.spyOn(fs, 'writeSync').mockImplementationOnce((file, data) => {
      written.mockImplementationOnce(() => {
        throw Object.assign(new Error('full'), { code: 'ENOSPC' })
      })
      return original(file, Buffer.from(data), 0, 7)
    })
    syncBuiltinESMExports()
    try {
      expect(() => journal.append({ at, kind: 'beat' })).toThrow(/is full/)
    } finally {
      written.mockRestore()
      syncBuiltinESMExports()
    }
    expect([journal.bytes, statSync(journal.file).size]).toEqual([whole, whole + 7])
    journal.flush()
    expect([...allLines(journal.file)].map(({ end }) => end)).toEqual([whole, 2 * whole])
    expect(journal.bytes).toBe(2 * whole)
    journal.close()
  })
})
