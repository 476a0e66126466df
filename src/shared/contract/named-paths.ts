/**
 * Files and folders that a request names, wherever they stand in it: a value is a path when its key says so
 * (`path`, `file`, `folder`, `data.path`, `initialization.file.path`).
 */
import { isOwn } from '../spec/own.ts'

const KEY = /(^|\.)(path|file|folder)$/

/** Every non-empty text under such a key, in the order in which they stand. */
export function namedPaths(input: unknown, key = ''): readonly string[] {
  // `own:NAME` names what the home holds, no file.
  if (typeof input === 'string') return KEY.test(key) && input !== '' && !isOwn(input) ? [input] : []
  if (Array.isArray(input)) return input.flatMap((each) => namedPaths(each, key))
  if (typeof input !== 'object' || input === null) return []
  return Object.entries(input).flatMap(([name, value]) => namedPaths(value, name))
}
