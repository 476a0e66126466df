/** EOI as a weight scheme. */
import type { ParameterSpec } from '../../shared/graph/types.ts'
import { eoiMatrix, leastDensity } from './eoi-matrix.ts'
import { rotationPath } from './eoi-path.ts'
import { eoi as kernel } from './eoi.ts'
import { matrixShape } from './kernel-shape.ts'
import type { InitializationSettings, KernelScheme } from './types.ts'

/** A dense kernel cannot have less than one nonzero in each row of its shorter side. */
function attainable(
  parameter: ParameterSpec,
  density: number,
  { structured }: InitializationSettings,
): { density: number; notes: string[] } {
  const shape = matrixShape(parameter)
  const least = shape.length === 2 && !structured ? leastDensity(shape[0], shape[1]) : 0
  if (density >= least) return { density, notes: [] }
  const note =
    `Density ${density.toPrecision(4)} is less than an orthogonal matrix needs; ` +
    `the layer has the least, ${least.toPrecision(4)}.`
  return { density: least, notes: [note] }
}

export const eoi: KernelScheme = {
  kernel,
  attainable,
  path: rotationPath,
  time({ size, density, stream, now }) {
    const began = now()
    const { density: reached } = eoiMatrix({ rows: size, cols: size, density, stream })
    return { milliseconds: now() - began, reached, note: null }
  },
}
