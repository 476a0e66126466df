/** Everything that can be said of one matrix or kernel's orthogonality. */
import type { LayerReport } from '../../shared/contract/run.ts'
import type { ParameterSpec } from '../../shared/graph/types.ts'
import { kernelShapeOf } from '../initialization/kernel-shape.ts'
import { operatorKernel, operatorReport, operatorSpectrum } from '../initialization/operator-report.ts'
import type { OperatorSpectrum } from '../initialization/operator-report.ts'
import { layerReport, SingularBudget } from '../initialization/report.ts'
import { singularValues } from '../linalg/singular-values.ts'
import { zeroPaddedCost, zeroPaddedSingularValues } from '../linalg/zero-padded-operator.ts'

export interface Judged {
  readonly parameter: ParameterSpec
  /** Float64, row-major in the kernel's layout. */
  readonly values: Float64Array
  readonly mask: Uint8Array
  readonly asked: number
  /** σ_w. */
  readonly gain: number
  readonly notes: readonly string[]
}

/** The map that a kernel's operator acts on, and how it goes over it. */
export interface OperatorPlace {
  readonly map: number
  readonly stride: number
  /** Whether the operator with zero padding is judged too. */
  readonly zeroPadded?: boolean
}

export interface Judgement {
  readonly report: LayerReport
  /** Of the matrix, or of the kernel's operator (all or a sample, see the report); null for too much work. */
  readonly singular: Float64Array | null
  /** Of the operator with zero padding, descending; null for too much work, absent where it was not asked. */
  readonly zeroPadded?: Float64Array | null
}

/** Multiplications that the singular values of one matrix or operator may take: some seconds. */
const SINGULAR_COST = 6e9

/**
 * The report of a matrix, with all its singular values; of a kernel with four sides, also of its operator:
 * circular padding at a map of the side given, rounded up to a multiple of the stride.
 */
export function judge(judged: Judged, { map, stride, zeroPadded = false }: OperatorPlace): Judgement {
  const { parameter, values, mask, asked, gain, notes } = judged
  const shape = kernelShapeOf(parameter)
  const flattened = matrixSpectrum(parameter, values)
  const plain = layerReport(parameter, values, mask, asked, gain, notes, new SingularBudget('none'))
  const count = flattened?.length ?? 0
  const report = {
    ...plain,
    singularMean: flattened ? flattened.reduce((sum, value) => sum + value, 0) / count : null,
    singularMax: flattened ? flattened[0] : null,
    singularMin: flattened ? flattened[count - 1] : null,
  }
  if (parameter.shape.length === 2)
    return { report: flattened ? report : { ...report, notes: [...notes, TOO_LARGE] }, singular: flattened }
  const side = Math.ceil(map / stride) * stride
  const place = {
    map: [side, side] as const,
    stride,
    dilation: 1,
    groups: shape.channels,
    padding: 'circular',
  }
  const kernel = operatorKernel(values, shape)
  const { report: operator } = operatorReport(kernel, place, gain, SINGULAR_COST)
  const spectrum = operatorSpectrum(kernel, place, SINGULAR_COST)
  const known = spectrum.frequencies > 0
  return {
    report: { ...report, operator, notes: known ? notes : [...notes, TOO_LARGE] },
    singular: known ? everyFrequency(spectrum) : null,
    ...(zeroPadded && {
      zeroPadded:
        zeroPaddedCost(kernel, place) <= SINGULAR_COST ? zeroPaddedSingularValues(kernel, place) : null,
    }),
  }
}

/** A kernel with one tap has the same values at every frequency, of which one was computed. */
function everyFrequency({ values, perFrequency, frequencies }: OperatorSpectrum): Float64Array {
  const copies = (perFrequency * frequencies) / values.length
  return Float64Array.from({ length: values.length * copies }, (_, k) => values[Math.floor(k / copies)])
}

const TOO_LARGE = 'Singular values of a matrix this large would take minutes, and are left out.'

/**
 * All singular values of a kernel as a matrix [taps·in, out], positions that hold no value left out; of a
 * depthwise kernel the norms of its channels. Null where that would take minutes.
 */
function matrixSpectrum(parameter: ParameterSpec, values: Float64Array): Float64Array | null {
  const shape = kernelShapeOf(parameter)
  if (shape.depthwise) {
    const norms = new Float64Array(shape.channels)
    for (let k = 0; k < values.length; k++) norms[k % shape.channels] += values[k] ** 2
    return norms.map(Math.sqrt).sort().reverse()
  }
  const size = shape.inputs * shape.outputs
  const taps = Array.from({ length: shape.height * shape.width }, (_, tap) =>
    values.subarray(tap * size, (tap + 1) * size),
  )
  const held = taps.filter((tap) => tap.some((value) => value !== 0))
  const rows = held.length * shape.inputs
  if (rows === 0) return new Float64Array(Math.min(shape.inputs, shape.outputs))
  const short = Math.min(rows, shape.outputs)
  if (2 * Math.max(rows, shape.outputs) * short * short > SINGULAR_COST) return null
  const matrix = new Float64Array(rows * shape.outputs)
  held.forEach((tap, k) => matrix.set(tap, k * size))
  return singularValues(matrix, rows, shape.outputs)
}
