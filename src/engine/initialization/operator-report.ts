/** The operator report of a convolution: its residual and singular values, within a budget of work. */
import type { OperatorReport } from '../../shared/contract/run.ts'
import { frequencyCost, heldTaps, outputFrequencies, valuesAt } from '../linalg/convolution-operator.ts'
import type { Frequency, OperatorGeometry, OperatorKernel } from '../linalg/convolution-operator.ts'
import { operatorResidual, residualCost } from '../linalg/operator-residual.ts'
import type { KernelShape } from './kernel-shape.ts'

/** Where a convolution stands in its network. */
export interface ConvolutionPlace extends OperatorGeometry {
  /** How the layer itself pads, in words. */
  readonly padding: string
}

/** Singular values of an operator, descending; of a sample of frequencies where `frequencies` says so. */
export interface OperatorSpectrum {
  readonly values: Float64Array
  /** Mean over all values, each frequency counted as often as it stands for others. */
  readonly mean: number
  /** Frequencies that were computed, conjugates counted; 0 where even one was too much work. */
  readonly frequencies: number
  readonly allFrequencies: number
  /** Values at one frequency. */
  readonly perFrequency: number
}

/** The fewest frequencies whose values are still shown as a sample. */
const LEAST_SAMPLE = 2

/** The kernel as the operator's functions take it. */
export function operatorKernel(values: Float64Array, shape: KernelShape): OperatorKernel {
  const { height, width, inputs, outputs, channels, depthwise } = shape
  return { values, height, width, inputs, outputs: depthwise ? channels : outputs }
}

const counted = (list: readonly Frequency[]): number => list.reduce((sum, { count }) => sum + count, 0)

/** `count` of the frequencies, evenly spread over them, the first (no change over space) among them. */
function spread(all: readonly Frequency[], count: number): readonly Frequency[] {
  if (count >= all.length) return all
  return Array.from({ length: count }, (_, k) => all[Math.floor((k * all.length) / count)])
}

/** Whether the windows of neighbouring outputs do not overlap, as of a patch embedding. */
const apart = ({ height, width }: OperatorKernel, { stride, dilation }: OperatorGeometry): boolean =>
  dilation === 1 && height <= stride && width <= stride

/**
 * Singular values of the operator within `work` multiplications: at every frequency, or, where that is too
 * much, at some. A kernel that holds one tap alone, or whose windows do not overlap, has the same values at
 * every frequency.
 */
export function operatorSpectrum(
  kernel: OperatorKernel,
  geometry: OperatorGeometry,
  work: number,
): OperatorSpectrum & { readonly cost: number } {
  const taps = heldTaps(kernel, geometry)
  const all = outputFrequencies(geometry)
  const allFrequencies = counted(all)
  const each = frequencyCost(kernel, geometry)
  // Taps that never meet: the same Gram matrix, Σ KᵀK, at every frequency.
  const single = taps.length <= 1 || apart(kernel, geometry)
  const affordable = single ? (each <= work ? 1 : 0) : Math.min(all.length, Math.floor(work / each))
  const enough = single || affordable >= Math.min(LEAST_SAMPLE, all.length) ? affordable : 0
  const chosen = spread(all, enough)
  const found: number[] = []
  let sum = 0
  let weight = 0
  for (const frequency of chosen) {
    const values = valuesAt(kernel, geometry, taps, frequency)
    for (const value of values) {
      found.push(value)
      if (frequency.count === 2) found.push(value)
      sum += frequency.count * value
      weight += frequency.count
    }
  }
  return {
    values: Float64Array.from(found).sort().reverse(),
    mean: sum / weight,
    frequencies: single && enough > 0 ? allFrequencies : counted(chosen),
    allFrequencies,
    perFrequency:
      geometry.groups * Math.min(geometry.stride ** 2 * kernel.inputs, kernel.outputs / geometry.groups),
    cost: chosen.length * each,
  }
}

/**
 * The report of a convolution's operator, σ_w = `sigma`, within `work` multiplications; what is beyond them
 * is null. Where the residual is so small that by Gershgorin every singular value is σ_w to nine digits, they
 * are reported as that without being computed.
 */
export function operatorReport(
  kernel: OperatorKernel,
  place: ConvolutionPlace,
  sigma: number,
  work: number,
): { readonly report: OperatorReport; readonly cost: number } {
  const { map, stride, padding } = place
  const taps = heldTaps(kernel, place).length
  const gram = residualCost(kernel, place)
  const residual = gram <= work ? operatorResidual(kernel, place, sigma) : null
  const spent = residual === null ? 0 : gram
  const about = { map, stride, padding, residual }
  const side = Math.max(kernel.inputs, kernel.outputs / place.groups)
  if (residual !== null && residual * side * Math.max(1, taps) ** 2 <= 1e-9 * sigma * sigma) {
    const allFrequencies = (map[0] * map[1]) / stride ** 2
    const same = { singularMean: sigma, singularMax: sigma, singularMin: sigma }
    return { report: { ...about, ...same, frequencies: allFrequencies, allFrequencies }, cost: spent }
  }
  const { values, mean, frequencies, allFrequencies, cost } = operatorSpectrum(kernel, place, work - spent)
  const known = frequencies > 0
  return {
    report: {
      ...about,
      singularMean: known ? mean : null,
      singularMax: known ? values[0] : null,
      singularMin: known ? values[values.length - 1] : null,
      frequencies,
      allFrequencies,
    },
    cost: spent + cost,
  }
}
