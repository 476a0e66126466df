/**
 * Approximate isometry (Lee et al. 2020, arXiv 1906.06307): gradient steps on the kept weights towards
 * orthogonality.
 *
 * Minimises Σ_l ‖G_l − σ_w²I‖_F (the norm, not its square) with G the smaller Gram matrix of the masked
 * kernel, flattened to A [taps·in, out]. Two ways lead there: over the nonzeros in float64
 * (isometry-nonzeros.ts), and as batched dense products on a backend (isometry-program.ts).
 */
import { nonzeroDescent, nonzeroWork } from './isometry-nonzeros.ts'
import { programDescent } from './isometry-program.ts'
import type { Descent, IsometryLayer, IsometryRequest, IsometryResult } from './isometry-types.ts'

export type { IsometryLayer, IsometryRequest, IsometryResult } from './isometry-types.ts'

/**
 * Products of the dense way that take as long as one over pairs of nonzeros, and as a step with none at all,
 * measured with TensorFlow on two processors and with the reference backend.
 */
const DENSE_PRODUCTS = {
  native: { pair: 45, step: 1.5e6 },
  reference: { pair: 1, step: 0 },
} as const

/** Products of a step of the dense way: Gram matrix and gradient. */
function denseWork(layers: readonly IsometryLayer[]): number {
  return layers.reduce((work, { shape }) => {
    const { channels, entries } = shape
    const outputs = channels > 1 ? 1 : shape.outputs
    return work + 2 * entries * Math.min(outputs, entries / channels / outputs)
  }, 0)
}

/** Which of the ways a request takes. The same on every machine with the same kind of backend. */
export function isometryWay(request: IsometryRequest): 'nonzeros' | 'program' {
  const { way = 'auto', residual = 0, backend, layers } = request
  if (way !== 'auto') return way
  if (residual > 0) return 'nonzeros'
  const { pair, step } = DENSE_PRODUCTS[backend.name === 'reference' ? 'reference' : 'native']
  return nonzeroWork(layers) * pair <= denseWork(layers) + step ? 'nonzeros' : 'program'
}

async function run(descent: Descent, request: IsometryRequest): Promise<number[]> {
  const { steps, residual = 0, onProgress, check } = request
  const loss: number[] = []
  const every = Math.max(1, Math.ceil(steps / 100))
  for (let done = 1; done <= steps; done++) {
    if (check) await check()
    const before = descent.step()
    if (before.residual <= residual) {
      descent.undo()
      break
    }
    loss.push(before.loss)
    if (done % every === 0 || done === steps) onProgress?.(done / steps)
  }
  loss.push(descent.standing().loss)
  onProgress?.(1)
  return loss
}

/** Runs AI on all layers together. The masks stay; the values of the result are exactly 0 where masked. */
export async function approximateIsometry(request: IsometryRequest): Promise<IsometryResult> {
  const by = isometryWay(request)
  const descent = by === 'nonzeros' ? nonzeroDescent(request) : await programDescent(request)
  try {
    const loss = await run(descent, request)
    return { values: descent.values(), loss, by }
  } finally {
    descent.dispose()
  }
}
