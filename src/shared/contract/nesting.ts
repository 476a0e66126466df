/** How deep a request may be nested: what reads it calls itself for every level. */
import { BenchError } from './errors.ts'

/** A study of the bench has eight levels. */
const DEEPEST = 64

/**
 * Refuses what is nested deeper than anything that the bench reads.
 * @throws BenchError `bad-input`.
 */
export function checkNesting(input: unknown): void {
  let level: readonly unknown[] = [input]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST) {
      throw new BenchError(
        'bad-input',
        `The input is nested deeper than ${DEEPEST} levels, which nothing here is.`,
        'input',
      )
    }
    const inner: unknown[] = []
    for (const value of level) {
      if (typeof value !== 'object' || value === null) continue
      // Bytes and numbers have no levels.
      if (ArrayBuffer.isView(value)) continue
      for (const each of Object.values(value)) if (typeof each === 'object' && each !== null) inner.push(each)
    }
    level = inner
  }
}
