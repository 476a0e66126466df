/**
 * The orthogonality report of a kernel: as a matrix, residual always, singular values where they are cheap;
 * of a convolution also its operator, which is what the layer does.
 */
import type { LayerReport, OperatorReport } from '../../shared/contract/run.ts'
import type { ParameterSpec } from '../../shared/graph/types.ts'
import { orthogonalityResidual } from '../linalg/gram.ts'
import { singularValues } from '../linalg/singular-values.ts'
import { kernelShapeOf } from './kernel-shape.ts'
import type { KernelShape } from './kernel-shape.ts'
import { countOnes } from './masks.ts'
import { operatorKernel, operatorReport } from './operator-report.ts'
import type { ConvolutionPlace } from './operator-report.ts'

/** `none`: the matrix's residual only; `auto`: while a fixed budget of work lasts. */
export type SingularMode = 'none' | 'auto'

/** Multiplications that `auto` may spend on the singular values of one model's matrices: under a second. */
export const SINGULAR_BUDGET = 1.5e8
/** And on its convolutions' operators: a second or so. */
export const OPERATOR_BUDGET = 6e8

export interface SingularSummary {
  readonly mean: number
  readonly max: number
  readonly min: number
}

interface Flattened {
  readonly values: Float64Array
  readonly rows: number
}

/**
 * A kernel as the matrix [taps·in, out] whose smaller side is judged. Spatial positions that hold no value at
 * all are left out, so that a delta-orthogonal kernel is judged by its H, which decides whether the
 * convolution is an isometry.
 */
function flatten(values: Float64Array, shape: KernelShape): Flattened {
  const taps = shape.height * shape.width
  const size = shape.inputs * shape.outputs
  if (taps === 1) return { values, rows: shape.inputs }
  const held: number[] = []
  for (let tap = 0; tap < taps; tap++) {
    if (values.subarray(tap * size, (tap + 1) * size).some((value) => value !== 0)) held.push(tap)
  }
  if (held.length === taps || held.length === 0) return { values, rows: shape.fanIn }
  const kept = new Float64Array(held.length * size)
  held.forEach((tap, k) => kept.set(values.subarray(tap * size, (tap + 1) * size), k * size))
  return { values: kept, rows: held.length * shape.inputs }
}

function summarise(singular: Float64Array): SingularSummary {
  const mean = singular.reduce((sum, value) => sum + value, 0) / singular.length
  return { mean, max: singular[0], min: singular[singular.length - 1] }
}

function depthwiseSummary(
  values: Float64Array,
  channels: number,
): { summary: SingularSummary; norms: Float64Array } {
  const norms = new Float64Array(channels)
  for (let k = 0; k < values.length; k++) norms[k % channels] += values[k] * values[k]
  const sorted = norms.map(Math.sqrt).sort().reverse()
  return { summary: summarise(sorted), norms }
}

/** Work left for singular values, shared by the layers of one model. */
export class SingularBudget {
  readonly mode: SingularMode
  #left = SINGULAR_BUDGET
  #operatorsLeft: number
  #operatorWork = OPERATOR_BUDGET

  /** `operators`: convolutions whose operators will be reported. */
  constructor(mode: SingularMode, operators = 0) {
    this.mode = mode
    this.#operatorsLeft = operators
  }

  /** Whether a [long, short] bidiagonalisation may be done; if so, it is paid for. */
  allows(long: number, short: number): boolean {
    if (this.mode === 'none') return false
    const cost = 2 * long * short * short
    if (cost > this.#left) return false
    this.#left -= cost
    return true
  }

  /** What the next convolution's operator may cost: an even share of what is left. */
  operatorShare(): number {
    return this.#operatorWork / Math.max(1, this.#operatorsLeft)
  }

  payOperator(cost: number): void {
    this.#operatorWork -= cost
    this.#operatorsLeft--
  }
}

/** The operator's report of a convolution, paid for from the budget; none of a kernel that has no place. */
function operatorOf(
  values: Float64Array,
  shape: KernelShape,
  sigma: number,
  budget: SingularBudget,
  place: ConvolutionPlace | undefined,
): { operator?: OperatorReport } {
  if (!place || budget.mode === 'none') return {}
  const { report, cost } = operatorReport(operatorKernel(values, shape), place, sigma, budget.operatorShare())
  budget.payOperator(cost)
  return { operator: report }
}

/**
 * The report of one kernel. `values` are float64, row-major in the kernel's layout; `sigma` is σ_w.
 *
 * The residual is ‖A·Aᵀ − σ_w²I‖_max over the smaller side of the flattened kernel (positions without any
 * value left out), and over single channels for depthwise kernels. `place` of a convolution adds its
 * operator's. Where the residual is so small that by Gershgorin every singular value is σ_w to nine digits,
 * they are reported as that without being computed.
 */
export function layerReport(
  parameter: ParameterSpec,
  values: Float64Array,
  mask: Uint8Array | null,
  densityAsked: number,
  sigma: number,
  notes: readonly string[],
  budget: SingularBudget,
  place?: ConvolutionPlace,
): LayerReport {
  const shape = kernelShapeOf(parameter)
  const nonzeros = mask ? countOnes(mask) : shape.entries
  const report = {
    name: parameter.name,
    shape: parameter.shape,
    maskable: parameter.maskable,
    entries: shape.entries,
    nonzeros,
    densityAsked,
    density: nonzeros / shape.entries,
    notes,
  }
  let residual: number
  let singular: SingularSummary | null = null
  if (shape.depthwise) {
    const { summary, norms } = depthwiseSummary(values, shape.channels)
    residual = norms.reduce((worst, square) => Math.max(worst, Math.abs(square - sigma * sigma)), 0)
    singular = summary
  } else {
    const flat = flatten(values, shape)
    const side = Math.min(flat.rows, shape.outputs)
    residual = orthogonalityResidual(flat.values, flat.rows, shape.outputs, sigma)
    if (residual * side <= 1e-9 * sigma * sigma) singular = { mean: sigma, max: sigma, min: sigma }
    else if (budget.allows(Math.max(flat.rows, shape.outputs), side)) {
      singular = summarise(singularValues(flat.values, flat.rows, shape.outputs))
    }
  }
  return {
    ...report,
    residual,
    singularMean: singular?.mean ?? null,
    singularMax: singular?.max ?? null,
    singularMin: singular?.min ?? null,
    ...operatorOf(values, shape, sigma, budget, place),
  }
}
