import { existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/**
 * Makes a folder and those above it, from the first that is missing on. (Node's own `recursive` never ends
 * where a file system says that there is no such file below a folder that there is, as /proc does.)
 * @param mode of the folders that are made
 * @throws what the system says: ENOENT, EACCES, EROFS, ENOSPC, ENOTDIR; EEXIST where a file has the name
 */
export function makeFolder(folder: string, mode?: number): void {
  const missing: string[] = []
  let at = resolve(folder)
  for (; !existsSync(at) && dirname(at) !== at; at = dirname(at)) missing.push(at)
  // One that is there is looked at by the system itself.
  if (missing.length === 0) mkdirSync(at, { recursive: true })
  for (const each of missing.toReversed()) {
    try {
      mkdirSync(each, mode)
    } catch (error) {
      // Another program may have made it meanwhile; a link to nowhere is none.
      if (!statSync(each, { throwIfNoEntry: false })?.isDirectory()) throw error
    }
  }
}
