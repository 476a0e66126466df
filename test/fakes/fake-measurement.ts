/** A measurement of networks as the lab answers, made up. */
import { measureSchema } from '../../src/shared/theory/requests.ts'
import type { MeasureInput, NetworkMeasurement } from '../../src/shared/theory/requests.ts'

/** The mean is 2, a quarter above the recursion's 1.6, and the variance 3 behind every layer. */
export function fakeMeasurement(input: MeasureInput): NetworkMeasurement {
  const { depth, width, networks } = measureSchema.parse(input)
  return {
    width,
    networks,
    depths: Array.from({ length: depth }, (_, k) => ({
      depth: k + 1,
      meanSquared: { mean: 2, error: 0.1 },
      varianceOverMeanSquared: { mean: 3, error: 0.2 },
      corrected: 1.6,
    })),
    rowNonzeros: 16,
    rowFourthMoment: 0.45,
  }
}
