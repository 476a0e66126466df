/**
 * Weight schemes by name. To add one: a file beside this with a `WeightScheme`, a line in the record, its
 * name in SCHEMES of shared/spec/schema.ts, and a test of its property. AI is Base here; its optimisation
 * over all layers at once is isometry.ts, which initializeModel runs after.
 */
import { BenchError } from '../../shared/contract/errors.ts'
import type { SCHEMES } from '../../shared/spec/schema.ts'
import { base } from './base.ts'
import { eoi } from './eoi.ts'
import { fanIn } from './fan-in.ts'
import { fromFile } from './from-file.ts'
import { sao } from './sao.ts'
import type { WeightScheme } from './types.ts'

export const weightSchemes = {
  base: base,
  'fan-in': fanIn,
  ai: base,
  eoi: eoi,
  sao: sao,
  file: fromFile,
} satisfies Record<(typeof SCHEMES)[number], WeightScheme>

export type WeightSchemeName = keyof typeof weightSchemes

/** The scheme of a name. Throws BenchError('not-found') listing the known names. */
export function weightScheme(name: string): WeightScheme {
  if (Object.hasOwn(weightSchemes, name)) return weightSchemes[name as WeightSchemeName]
  throw new BenchError(
    'not-found',
    `Weight scheme ${name}: known are ${Object.keys(weightSchemes).join(', ')}.`,
    'initialization.scheme',
  )
}
