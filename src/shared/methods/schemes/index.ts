/**
 * Weight schemes. To add one: its descriptor in a file beside this and a line here, its computation in
 * engine/initialization with a line in its index, and a test of its property.
 */
import { ai } from './ai.ts'
import { base } from './base.ts'
import { eoi } from './eoi.ts'
import { fanIn } from './fan-in.ts'
import { file } from './file.ts'
import { sao } from './sao.ts'
import { scaledBase } from './scaled-base.ts'

export const SCHEMES = {
  base,
  'scaled-base': scaledBase,
  'fan-in': fanIn,
  ai,
  eoi,
  sao,
  file,
}

/** What a specification takes that names none. */
export const DEFAULT_SCHEME = 'base'
