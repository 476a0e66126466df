/** The density of EOI's matrix as it was rotated, beside what theory expects. */
import type { RotationPath } from '../../shared/laboratory/types.ts'
import { thinned } from '../../shared/laboratory/thinned.ts'
import { densityPath, rotationsFor } from '../../shared/theory/rotations.ts'
import { matrixDensity } from './eoi.ts'
import { kernelShapeOf } from './kernel-shape.ts'
import type { InitializationRequest } from './types.ts'

/** The path of a kernel's matrix; null for depthwise kernels, which are not rotated. */
export function rotationPath(
  request: InitializationRequest,
  nonzeros: readonly number[],
): RotationPath | null {
  const shape = kernelShapeOf(request.parameter)
  if (shape.depthwise || request.settings.pattern.kind !== 'none') return null
  const entries = shape.inputs * shape.outputs
  const columns = Math.max(shape.inputs, shape.outputs)
  const path = densityPath(nonzeros.length, columns)
  const at = thinned(nonzeros.length)
  const { pairs } = request.settings
  return {
    rotations: at,
    simulated: at.map((t) => (t === 0 ? 1 / columns : nonzeros[t - 1] / entries)),
    expected: at.map((t) => path.density[t]),
    rowDeviation: at.map((t) => path.rowDeviation[t]),
    expectedRotations: pairs.kind === 'uniform' ? rotationsFor(matrixDensity(request), columns) : null,
    columns,
  }
}
