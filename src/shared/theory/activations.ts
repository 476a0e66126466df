/** Activations as the mean-field theory needs them: value, slope, and where they are not smooth. */
import { LEAKY_SLOPE } from '../graph/types.ts'
import type { Activation } from '../graph/types.ts'
import { errorFunction } from './error-function.ts'

export interface ActivationCurve {
  readonly value: (x: number) => number
  /** Its derivative; at a kink either side's. */
  readonly slope: (x: number) => number
  /** Where the slope jumps. */
  readonly kinks: readonly number[]
  /** φ(c·x) = c·φ(x) for c > 0: the moments of the slope then depend on no variance. */
  readonly homogeneous: boolean
}

/** Klambauer et al. 2017. */
const SELU_SCALE = 1.0507009873554804934193349852946
const SELU_ALPHA = 1.6732632423543772848170429916717

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))
const bell = (x: number): number => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)
const cumulative = (x: number): number => (1 + errorFunction(x / Math.SQRT2)) / 2

const smooth = (value: ActivationCurve['value'], slope: ActivationCurve['slope']): ActivationCurve => ({
  value,
  slope,
  kinks: [],
  homogeneous: false,
})

const rectifier = (left: number): ActivationCurve => ({
  value: (x) => (x > 0 ? x : left * x),
  slope: (x) => (x > 0 ? 1 : left),
  kinks: left === 1 ? [] : [0],
  homogeneous: true,
})

export const ACTIVATION_CURVES: Readonly<Record<Activation, ActivationCurve>> = {
  linear: rectifier(1),
  relu: rectifier(0),
  'leaky-relu': rectifier(LEAKY_SLOPE),
  tanh: smooth(Math.tanh, (x) => 1 / Math.cosh(x) ** 2),
  'hard-tanh': {
    value: (x) => Math.max(-1, Math.min(1, x)),
    slope: (x) => (Math.abs(x) < 1 ? 1 : 0),
    kinks: [-1, 1],
    homogeneous: false,
  },
  selu: {
    value: (x) => SELU_SCALE * (x > 0 ? x : SELU_ALPHA * Math.expm1(x)),
    slope: (x) => SELU_SCALE * (x > 0 ? 1 : SELU_ALPHA * Math.exp(x)),
    kinks: [0],
    homogeneous: false,
  },
  swish: smooth(
    (x) => x * sigmoid(x),
    (x) => sigmoid(x) * (1 + x * (1 - sigmoid(x))),
  ),
  gelu: smooth(
    (x) => x * cumulative(x),
    (x) => cumulative(x) + x * bell(x),
  ),
  sigmoid: smooth(sigmoid, (x) => sigmoid(x) * (1 - sigmoid(x))),
}

/** An input that is large to every activation, and a slope that next to nothing goes through. */
const LARGE = 50
const FLAT = 1e-9

/** Whether large positive inputs, as absolute weights give, have next to no slope. */
export const saturates = (activation: Activation): boolean =>
  Math.abs(ACTIVATION_CURVES[activation].slope(LARGE)) < FLAT
