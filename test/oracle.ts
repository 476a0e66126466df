/**
 * Numeric oracles: expected values made by PyTorch (test/oracles/README.md), or by anyone else in the same
 * form.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A tensor of an oracle file: row-major, TensorFlow's layouts. */
export interface OracleTensor {
  readonly shape: readonly number[]
  readonly data: readonly number[]
}

/** Reads `${ORACLES ?? test/oracles}/${name}.json`. */
export function oracle<File>(name: string): File {
  const folder = process.env.ORACLES ?? join(import.meta.dirname, 'oracles')
  return JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as File
}
