/**
 * The content of image folders: a hash over all of it, and images that are not whole, found before a run
 * trains. Remembered until a file changes. Of folders beyond FULL_BYTES, files spread evenly are read.
 */
import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { relative, resolve, sep } from 'node:path'
import { BenchError } from '../../shared/contract/errors.ts'
import type { ClassFolders } from './class-folders.ts'
import { remember, remembered } from './fingerprints.ts'
import { imageDefect } from './whole.ts'

const FULL_BYTES = 4 * 2 ** 30
const MOST_NAMED = 5

export interface FolderContent {
  /** SHA-256 over names, sizes and contents. */
  readonly hash: string
  readonly notes: readonly string[]
}

/** Throws BenchError('bad-data') naming images that are empty, truncated or no images. */
export function folderContent({ root, train, test }: ClassFolders): FolderContent {
  const files = [...train.files, ...test.files]
  const stats = files.map((file) => statSync(file))
  const total = stats.reduce((sum, { size }) => sum + size, 0)
  const every = Math.max(1, Math.ceil(total / FULL_BYTES))
  const notes =
    every > 1
      ? [
          `1 of ${every} images was read before training, since the folder is large; ` +
            '“lab data check” reads all of them',
        ]
      : []
  const nameOf = (k: number): string => relative(root, files[k]).split(sep).join('/')
  const listing = createHash('sha256')
  for (const [k, { size, ctimeMs, mtimeMs, ino }] of stats.entries())
    listing.update(`${nameOf(k)} ${size} ${ctimeMs} ${mtimeMs} ${ino}\n`)
  const state = listing.digest('hex')
  const before = remembered(resolve(root), state)
  if (before !== null) return { hash: before, notes }
  const hash = createHash('sha256')
  const defects: string[] = []
  for (const [k, { size }] of stats.entries()) {
    hash.update(`${nameOf(k)} ${size}\n`)
    if (size > 0 && k % every !== 0) continue
    const bytes = readFileSync(files[k])
    hash.update(bytes)
    const defect = imageDefect(bytes)
    if (defect !== null) defects.push(`${files[k]} ${defect}`)
  }
  if (defects.length > 0) {
    const more = defects.length - MOST_NAMED
    throw new BenchError(
      'bad-data',
      defects.slice(0, MOST_NAMED).join('; ') + (more > 0 ? `; and ${more} more` : ''),
      'data.path',
    )
  }
  const digest = hash.digest('hex')
  remember(resolve(root), state, digest)
  return { hash: digest, notes }
}
