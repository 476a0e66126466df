/** Texts in which the database holds values, read with a word where one is not what was written. */
import { storedSpec } from '../../shared/spec/parse.ts'
import type { RunSpec } from '../../shared/spec/schema.ts'
import { BenchError } from '../../shared/contract/errors.ts'
import { WAYS_OUT } from './failures.ts'

function guarded<T>(what: string, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    if (!(cause instanceof SyntaxError || cause instanceof TypeError)) throw cause
    throw new BenchError(
      'damaged',
      `The database of this home is damaged: ${what} is not what was stored (${cause.message}). ${WAYS_OUT}`,
      what,
      { cause },
    )
  }
}

/**
 * A value that this program stored as JSON.
 * @param what what it is, for the message: `the report of a layer`
 * @throws BenchError `damaged`
 */
export const readStored = <T>(text: string, what: string): T => guarded(what, () => JSON.parse(text) as T)

/** The specification of a run as it was stored. @throws BenchError `damaged` */
export const readSpec = (text: string): RunSpec =>
  guarded('the specification of a run', () => storedSpec(text))
