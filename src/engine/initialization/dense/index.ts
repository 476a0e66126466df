/**
 * Dense initializers by name. To add one: a file beside this with a `DenseInitializer`, a line in the record,
 * its name in DENSE_INITIALIZERS of shared/spec/schema.ts, and a test of its variance or orthogonality.
 */
import { BenchError } from '../../../shared/contract/errors.ts'
import type { DENSE_INITIALIZERS } from '../../../shared/spec/schema.ts'
import { convOrthogonal } from './conv-orthogonal.ts'
import { deltaOrthogonal } from './delta-orthogonal.ts'
import { kaimingNormal } from './kaiming-normal.ts'
import { kaimingUniform } from './kaiming-uniform.ts'
import { lecunNormal } from './lecun-normal.ts'
import { orthogonal } from './orthogonal.ts'
import { pytorch } from './pytorch.ts'
import type { DenseInitializer } from './types.ts'
import { xavier } from './xavier.ts'

export const denseInitializers = {
  orthogonal: orthogonal,
  'conv-orthogonal': convOrthogonal,
  'delta-orthogonal': deltaOrthogonal,
  'kaiming-normal': kaimingNormal,
  'kaiming-uniform': kaimingUniform,
  xavier: xavier,
  'lecun-normal': lecunNormal,
  pytorch: pytorch,
} satisfies Record<(typeof DENSE_INITIALIZERS)[number], DenseInitializer>

export type DenseInitializerName = keyof typeof denseInitializers

/** The initializer of a name. Throws BenchError('not-found') listing the known names. */
export function denseInitializer(name: string): DenseInitializer {
  if (Object.hasOwn(denseInitializers, name)) return denseInitializers[name as DenseInitializerName]
  throw new BenchError(
    'not-found',
    `Dense initializer ${name}: known are ${Object.keys(denseInitializers).join(', ')}.`,
    'initialization.dense',
  )
}
