/** What the Theory page, the command line and exports ask about a network. */
import { z } from 'zod'
import { ACTIVATIONS } from '../graph/types.ts'
import { THEORY_SCHEMES } from './jacobian-spectrum.ts'

z.config({ jitless: true })

export const theorySchema = z.strictObject({
  activation: z.enum(ACTIVATIONS).default('tanh'),
  gain: z.number().gt(0).max(100).default(1.0247),
  biasStd: z.number().min(0).max(100).default(0.00448),
  depth: z.number().int().min(1).max(1_000_000).default(8),
  scheme: z.enum(THEORY_SCHEMES).default('eoi'),
  density: z.number().gt(0).max(1).default(0.125),
})

/** Most layers of a network that is drawn to be measured. */
export const MOST_MEASURED_LAYERS = 128

export const measureSchema = theorySchema.extend({
  width: z.number().int().min(8).max(512).default(128),
  /** How many networks are drawn, each with one input. */
  networks: z.number().int().min(2).max(64).default(5),
  seed: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(1),
})
export type MeasureRequest = z.output<typeof measureSchema>
export type MeasureInput = z.input<typeof measureSchema>

/** A mean over networks with the standard error of it. */
export interface Measured {
  readonly mean: number
  readonly error: number
}

/** What is measured behind the first 1, 2, … layers of drawn networks. */
export interface MeasuredDepth {
  readonly depth: number
  /** Of the squared singular values of the Jacobian. */
  readonly meanSquared: Measured
  /** Their variance over the square of their mean. */
  readonly varianceOverMeanSquared: Measured
  /** What the recursion over rows as they are predicts for the mean (engine/laboratory/tree-theory.ts). */
  readonly corrected: number
}

export interface NetworkMeasurement {
  readonly width: number
  readonly networks: number
  /** Layers that were drawn: at most MOST_MEASURED_LAYERS. */
  readonly depths: readonly MeasuredDepth[]
  /** Nonzeros of a row, on average. */
  readonly rowNonzeros: number
  /** Σw⁴ of a row over (Σw²)², on average: 1 where one weight has it all, near 3/n for n normal ones. */
  readonly rowFourthMoment: number
}

export const THEORY_FIGURES = ['critical-line', 'depth-scale', 'mean', 'variance'] as const

const measured = z.strictObject({ mean: z.number(), error: z.number() })

/** A figure of the Theory page, with what the page measured. */
export const theoryFigureSchema = z.strictObject({
  figure: z.enum(THEORY_FIGURES),
  network: theorySchema,
  measured: z
    .strictObject({
      width: z.number(),
      networks: z.number(),
      depths: z
        .array(
          z.strictObject({
            depth: z.number(),
            meanSquared: measured,
            varianceOverMeanSquared: measured,
            corrected: z.number(),
          }),
        )
        .max(MOST_MEASURED_LAYERS)
        .readonly(),
      rowNonzeros: z.number(),
      rowFourthMoment: z.number(),
    })
    .optional(),
})
export type TheoryFigure = z.output<typeof theoryFigureSchema>
