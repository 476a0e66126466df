import type { GraphDefEmitter, OpDefinition, Tensor } from '../ir.ts'
import { add, broadcastTo, multiply, scale, subtract } from '../support/make.ts'
import { sizeOf } from '../../../shared/graph/shapes.ts'
import { expectDType, expectInputs, numberAttribute } from '../support/shapes.ts'
import { expectFloat } from '../support/window.ts'

/**
 * Batch norm in training (Ioffe and Szegedy 2015) over all axes but the last: (x [..., channels], scale,
 * shift) → y = scale·(x − μ)/√(v + epsilon) + shift, with the biased variance v.
 *
 * Outputs: y; the batch mean; the UNBIASED batch variance, which the running variance takes; and three that
 * only batch-norm-gradient may read, whose meaning is the backend's own (here: mean, biased variance,
 * nothing).
 */
export const batchNorm: OpDefinition = {
  name: 'batch-norm',
  infer(inputs, attributes) {
    expectInputs(inputs, 3)
    const [x, factor, shift] = inputs
    expectDType(x, 'float')
    if (x.shape.length < 2) throw new Error(`expected [batch, ..., channels], got [${x.shape}]`)
    const channels = x.shape.slice(-1)
    expectFloat(factor, channels, 'scale')
    expectFloat(shift, channels, 'shift')
    numberAttribute(attributes, 'epsilon')
    const vector = { shape: channels, dtype: 'float' } as const
    return [x, vector, vector, vector, vector, { shape: [0], dtype: 'float' }]
  },
  gradient({ graph, inputs: [x, factor], outputs, attributes }, [ofY, ofMean, ofVariance]) {
    const [, mean, , saved1, saved2, saved3] = outputs
    const count = sizeOf(x.type.shape) / factor.type.shape[0]
    const [dx, dScale, dShift] =
      ofY === null
        ? [null, null, null]
        : graph.add('batch-norm-gradient', [ofY, x, factor, saved1, saved2, saved3], attributes)
    let ofX = dx
    if (ofMean !== null) {
      const part = scale(graph, ofMean, 1 / count)
      ofX = ofX ? add(graph, ofX, part) : broadcastTo(graph, part, x.type.shape)
    }
    if (ofVariance !== null) {
      const part = multiply(
        graph,
        subtract(graph, x, mean),
        scale(graph, ofVariance, 2 / Math.max(count - 1, 1)),
      )
      ofX = ofX ? add(graph, ofX, part) : part
    }
    return [ofX, dScale, dShift]
  },
  evaluate([x, factor, shift], attributes, [type, vector, , , , none], allocate) {
    const channels = vector.shape[0]
    const { mean, variance, count } = batchMoments(x, channels)
    const epsilon = numberAttribute(attributes, 'epsilon')
    const y = allocate(type)
    const unbiased = allocate(vector)
    const a = new Float64Array(channels)
    const b = new Float64Array(channels)
    for (let c = 0; c < channels; c++) {
      a[c] = factor.data[c] / Math.sqrt(variance[c] + epsilon)
      b[c] = shift.data[c]
      unbiased[c] = variance[c] * (count / Math.max(count - 1, 1))
    }
    for (let from = 0; from < y.length; from += channels) {
      for (let c = 0; c < channels; c++) y[from + c] = (x.data[from + c] - mean[c]) * a[c] + b[c]
    }
    const saved = [mean, variance].map((values): Tensor => {
      const data = allocate(vector)
      data.set(values)
      return { type: vector, data }
    })
    return [
      { type, data: y },
      saved[0],
      { type: vector, data: unbiased },
      saved[0],
      saved[1],
      { type: none, data: allocate(none) },
    ]
  },
  graphdef(emit, [x, factor, shift], node) {
    const { shape } = node.outputs[0]
    const empty = emit.constant('float', [0], [])
    const name = emit.node('FusedBatchNormV3', [asImage(emit, x, shape), factor, shift, empty, empty], {
      ...fusedAttributes(emit, numberAttribute(node.attributes, 'epsilon')),
      exponential_avg_factor: { f: 1 },
    })
    return [fromImage(emit, name, shape), ...[1, 2, 3, 4, 5].map((output) => `${name}:${output}`)]
  },
}

/** Mean and biased variance of every channel, in two passes. */
export function batchMoments(
  x: Tensor,
  channels: number,
): { mean: Float64Array; variance: Float64Array; count: number } {
  const mean = new Float64Array(channels)
  const variance = new Float64Array(channels)
  const count = x.data.length / channels
  for (let from = 0; from < x.data.length; from += channels) {
    for (let c = 0; c < channels; c++) mean[c] += x.data[from + c]
  }
  for (let c = 0; c < channels; c++) mean[c] /= count
  for (let from = 0; from < x.data.length; from += channels) {
    for (let c = 0; c < channels; c++) variance[c] += (x.data[from + c] - mean[c]) ** 2
  }
  for (let c = 0; c < channels; c++) variance[c] /= count
  return { mean, variance, count }
}

/** Attributes that TensorFlow's fused batch norm and its gradient share. */
export function fusedAttributes(emit: GraphDefEmitter, epsilon: number) {
  return {
    T: { type: emit.floatType },
    U: { type: emit.floatType },
    epsilon: { f: epsilon },
    data_format: { s: 'NHWC' },
    is_training: { b: true },
  }
}

/** The fused kernels take four axes: anything else becomes [rows, 1, 1, channels]. */
export function asImage(emit: GraphDefEmitter, value: string, shape: readonly number[]): string {
  if (shape.length === 4) return value
  const channels = shape[shape.length - 1]
  return reshaped(emit, value, [sizeOf(shape) / channels, 1, 1, channels])
}

/** Undoes asImage. */
export function fromImage(emit: GraphDefEmitter, value: string, shape: readonly number[]): string {
  return shape.length === 4 ? value : reshaped(emit, value, shape)
}

function reshaped(emit: GraphDefEmitter, value: string, shape: readonly number[]): string {
  return emit.node('Reshape', [value, emit.constant('int', [shape.length], shape)], {
    T: { type: emit.floatType },
    Tshape: { type: emit.dataType('int') },
  })
}
