/** What no request may hold, whatever it asks: levels and parts without end, and the letter NUL. */
import { BenchError } from './errors.ts'

/** A study of the bench has eight levels. */
const DEEPEST = 64

/** Lists and objects of a request: a study of 100,000 points has some 200,000. */
const MOST = 1_000_000

function refuseNul(text: string, where: string): void {
  if (!text.includes('\0')) return
  const what = where === '' ? 'A text' : where
  throw new BenchError('bad-input', `${what} holds the letter NUL, which no path, name or text can.`, where)
}

/**
 * Refuses what is nested deeper than anything that the bench reads (what reads it calls itself for every
 * level), what has more parts (each is looked at), and NUL in any text: no file can be called so, and other
 * programs take it for the text's end.
 * @throws BenchError `bad-input`, naming the field.
 */
export function checkNesting(input: unknown): void {
  if (typeof input === 'string') refuseNul(input, '')
  let level: readonly unknown[] = [input]
  let count = 0
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
      for (const [key, each] of Object.entries(value)) {
        refuseNul(key, '')
        if (typeof each === 'string') refuseNul(each, Array.isArray(value) ? '' : key)
        if (typeof each === 'object' && each !== null) inner.push(each)
      }
    }
    level = inner
    count += inner.length
    if (count > MOST)
      throw new BenchError(
        'bad-input',
        `The input holds more than ${MOST} lists and objects, which nothing here does.`,
        'input',
      )
  }
}
