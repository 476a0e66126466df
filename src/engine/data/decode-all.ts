/** Decoding of every image of a set, for a check: which of them cannot be read, by name. */
import { readFile } from 'node:fs/promises'
import { BenchError } from '../../shared/contract/errors.ts'
import { decodePixels } from './decode.ts'
import { imageDefect } from './whole.ts'

/** Images decoded side by side. */
const SIDE_BY_SIDE = 16
/** Of more images only the marks of wholeness are read. */
const MOST_DECODED = 50_000
const MOST_NAMED = 50

export interface Unreadable {
  readonly problems: readonly string[]
  readonly notes: readonly string[]
}

/** What is wrong with the images of some files, one line each. */
export async function unreadableImages(files: readonly string[]): Promise<Unreadable> {
  const problems: string[] = []
  const decode = files.length <= MOST_DECODED
  let bad = 0
  const check = async (file: string): Promise<void> => {
    const bytes = await readFile(file)
    const defect = imageDefect(bytes)
    if (defect !== null) throw new BenchError('bad-data', `${file} ${defect}`, file)
    if (decode) await decodePixels(bytes, file)
  }
  for (let start = 0; start < files.length; start += SIDE_BY_SIDE) {
    const results = await Promise.allSettled(files.slice(start, start + SIDE_BY_SIDE).map(check))
    for (const result of results) {
      if (result.status === 'fulfilled' || bad++ >= MOST_NAMED) continue
      problems.push(result.reason instanceof Error ? result.reason.message : String(result.reason))
    }
  }
  if (bad > MOST_NAMED) problems.push(`${bad} images in all cannot be read`)
  const notes = decode ? [] : [`${files.length} images were looked at for their ends, not decoded`]
  return { problems, notes }
}
