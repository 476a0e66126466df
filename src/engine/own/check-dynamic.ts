/** Cases that a dynamic method is tried on: updates of three layers with random weights and gradients. */
import { sizeOf } from '../../shared/graph/shapes.ts'
import type { ParameterSpec } from '../../shared/graph/types.ts'
import { applyMask, countOnes, randomMask } from '../initialization/masks.ts'
import { Stream } from '../rng.ts'
import type { CheckCase } from './check-case.ts'
import { ownUpdate } from './dynamic.ts'
import type { OwnUpdateLayer } from './dynamic.ts'
import type { OwnMethod } from './method.ts'
import type { OwnMoment, OwnSettings } from './types.ts'

const SHAPES = [
  [64, 32],
  [3, 3, 8, 16],
  [32, 10],
]
const DENSITIES = [0.5, 0.1]
const MOMENTS: readonly OwnMoment[] = [
  { step: 100, steps: 1000, fraction: 0.3 },
  { step: 700, steps: 1000, fraction: 0.02 },
]

function normals(count: number, stream: Stream): Float64Array {
  return Float64Array.from({ length: count }, () => stream.normal())
}

function layersOf(density: number, gradients: boolean): OwnUpdateLayer[] {
  return SHAPES.map((shape, k) => {
    const stream = Stream.root(3).split('layer', k)
    const entries = sizeOf(shape)
    const mask = randomMask(entries, Math.round(density * entries), stream.split('mask'))
    const parameter: ParameterSpec = {
      name: `layer${k + 1}.kernel`,
      layer: `layer${k + 1}`,
      role: 'kernel',
      shape,
      maskable: true,
      trainable: true,
      depthwise: false,
    }
    return {
      parameter,
      mask,
      weights: Float32Array.from(applyMask(normals(entries, stream.split('weights')), mask)),
      gradient: gradients ? Float32Array.from(normals(entries, stream.split('gradients'))) : null,
    }
  })
}

export function dynamicCases(method: OwnMethod, settings: OwnSettings): CheckCase[] {
  return DENSITIES.flatMap((density) =>
    MOMENTS.map((now): CheckCase => ({
      name: `update at step ${now.step} of ${now.steps}, fraction ${now.fraction}`,
      asked: density,
      run: async (stream) => {
        const layers = layersOf(density, method.about.needs.includes('gradients'))
        const updates = await ownUpdate(method, settings, layers, now, stream)
        const entries = layers.reduce((sum, { mask }) => sum + mask.length, 0)
        const kept = updates.reduce((sum, { mask }) => sum + countOnes(mask), 0)
        const count = (of: 'dropped' | 'grown'): number =>
          updates.reduce((sum, each) => sum + each[of].length, 0)
        return {
          reached: kept / entries,
          residual: null,
          note: `${count('dropped')} dropped, ${count('grown')} grown`,
          numbers: updates.map(({ mask }) => mask),
        }
      },
    })),
  )
}
