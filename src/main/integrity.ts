/**
 * Whether an installed program is what was installed. On macOS and Windows Electron itself holds the
 * archive against a hash in the program; on Linux nothing does, so that the program looks before it begins.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Beside the archive; written when the program is packaged. */
const ARCHIVE = 'app.asar'
const DIGEST = 'app.asar.sha256'

/** Reads archives as files, not as folders, meanwhile. */
function readPlain(path: string): Buffer {
  const before = process.noAsar
  process.noAsar = true
  try {
    return readFileSync(path)
  } finally {
    process.noAsar = before
  }
}

/**
 * What is wrong with the archive of an installed program, in words; null where nothing is.
 * @param resources the folder in which it lies
 */
export function damageOf(resources: string): string | null {
  const again = 'Install Givens Bench again; your runs are kept.'
  try {
    const wanted = readFileSync(join(resources, DIGEST), 'utf8').trim()
    const found = createHash('sha256')
      .update(readPlain(join(resources, ARCHIVE)))
      .digest('hex')
    return found === wanted ? null : `${join(resources, ARCHIVE)} is not what was installed. ${again}`
  } catch (error) {
    return `${error instanceof Error ? error.message : String(error)}. ${again}`
  }
}
