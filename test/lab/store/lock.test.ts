import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { pathsOf } from '../../../src/lab/store/home.ts'
import { isLocked, takeLock } from '../../../src/lab/store/lock.ts'
import { temporaryFolder } from '../support.ts'

const LIBRARY = createRequire(import.meta.url).resolve('better-sqlite3')

/** Another process that reads the lock for so long, as `isLocked` does for a moment. */
async function look(file: string, ms: number): Promise<{ readonly gone: Promise<unknown> }> {
  const script =
    `const lock = new (require(${JSON.stringify(LIBRARY)}))(${JSON.stringify(file)}, { readonly: true });` +
    `lock.exec('BEGIN'); lock.prepare('SELECT count(*) FROM sqlite_schema').get();` +
    `process.stdout.write('read'); setTimeout(() => process.exit(), ${ms})`
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  return { gone: once(child, 'exit') }
}

it('a home is taken while another process looks whether it is, and not while one has it', async () => {
  const paths = pathsOf(join(temporaryFolder(), 'home'))
  takeLock(paths, 'the window', '2026')()
  const { gone } = await look(paths.lock, 60)
  const release = takeLock(paths, 'the window', '2026')
  await gone
  expect(isLocked(paths)).toBe(true)
  expect(() => takeLock(paths, 'the command line', '2026')).toThrow(/is in use by the window \(process \d+/)
  release()
  expect(isLocked(paths)).toBe(false)
})
