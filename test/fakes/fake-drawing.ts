/** A drawing as the Initialization lab answers, made up. */
import { BenchError } from '../../src/shared/contract/errors.ts'
import { drawSchema } from '../../src/shared/laboratory/requests.ts'
import type { DrawInput } from '../../src/shared/laboratory/requests.ts'
import type { LayerLook } from '../../src/shared/contract/layer.ts'
import type { Drawing } from '../../src/shared/laboratory/types.ts'

export function fakeDrawing(input: DrawInput): Drawing {
  const { shape, density, settings } = drawSchema.parse(input)
  if (settings.scheme === 'sao' && shape[0] % settings.saoDegree !== 0)
    throw new BenchError(
      'impossible',
      'SAO degree does not fit. The nearest degrees allowed: 8 and 16.',
      'kernel',
    )
  const entries = shape.reduce((product, side) => product * side, 1)
  const [rows, cols] = shape.slice(-2)
  const eoi = settings.scheme === 'eoi'
  return {
    shape,
    report: {
      name: 'kernel',
      shape,
      maskable: true,
      entries,
      nonzeros: Math.round(density * entries),
      densityAsked: density,
      density,
      residual: eoi ? 4e-16 : 0.42,
      singularMean: 1,
      singularMax: 1.5,
      singularMin: 0.5,
      notes: [],
    },
    rotations: eoi ? 123 : null,
    singular: [1.5, 1, 0.5],
    seconds: 0.0123,
    path: eoi
      ? {
          rotations: [0, 60, 123],
          simulated: [0.01, 0.05, density],
          expected: [0.01, 0.05, 0.1],
          rowDeviation: [0, 0.01, 0.02],
          expectedRotations: 120,
          columns: cols,
        }
      : null,
    isometryLoss: [],
    picture: {
      tilesDown: 1,
      tilesAcross: 1,
      rows: 2,
      cols: 2,
      tileRows: rows,
      tileCols: cols,
      scale: 1,
      values: Int8Array.of(127, 0, -127, 0),
      mask: Uint8Array.of(255, 0, 255, 255),
    },
  }
}

/** A kernel of a run whose weights are known at three steps. */
export function fakeLayer(run: number, layer: string, step: number): LayerLook {
  const { report, singular, picture } = fakeDrawing({ shape: [8, 8], density: 0.5 })
  const grown = singular?.map((value) => value + step / 100) ?? null
  return {
    run,
    step,
    steps: [0, 50, 100],
    report: { ...report, name: layer },
    singular: grown,
    picture,
    notes: [],
  }
}
