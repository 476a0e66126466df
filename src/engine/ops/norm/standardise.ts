import type { GraphBuilder, OpDefinition, Value } from '../ir.ts'
import { add, mean, multiply, scale, subtract } from '../support/make.ts'
import { expectDType, expectInputs, listAttribute, numberAttribute } from '../support/shapes.ts'
import { keptShape, reduce, reducedCount, reductionNode } from '../arithmetic/reduce.ts'
import { mapPairs } from '../support/elementwise.ts'

/**
 * h = (x − μ)·r with r = 1/√(v + epsilon), where μ is the mean and v the biased variance over the attribute
 * `axes`. Outputs h (as x) and r (those axes are 1). The heart of batch and layer norm.
 */
export const standardise: OpDefinition = {
  name: 'standardise',
  infer(inputs, attributes) {
    expectInputs(inputs, 1)
    expectDType(inputs[0], 'float')
    numberAttribute(attributes, 'epsilon')
    return [inputs[0], { shape: keptShape(inputs[0].shape, attributes), dtype: 'float' }]
  },
  // dv = 2/N Σ (x − μ) dx, so dr = −r² h·dx / N; and ⟨c, dh⟩ = ⟨r·P(c), dx⟩ with P of `projected`.
  gradient({ graph, inputs: [x], outputs: [h, r], attributes }, [ofH, ofR]) {
    const axes = listAttribute(attributes, 'axes')
    const first = ofH && multiply(graph, r, projected(graph, ofH, h, axes))
    if (ofR === null) return [first]
    const factor = scale(
      graph,
      multiply(graph, ofR, multiply(graph, r, r)),
      -1 / reducedCount(x.type.shape, attributes),
    )
    const second = multiply(graph, factor, h)
    return [first ? add(graph, first, second) : second]
  },
  evaluate([x], attributes, [type, kept], allocate) {
    const over = { axes: listAttribute(attributes, 'axes') }
    const factor = 1 / reducedCount(type.shape, over)
    const epsilon = numberAttribute(attributes, 'epsilon')
    const centred = mapPairs(x, reduce(x, over, kept, allocate, factor), type, allocate, (a, b) => a - b)
    const variance = reduce(
      mapPairs(centred, centred, type, allocate, (a) => a * a),
      over,
      kept,
      allocate,
      factor,
    )
    const r = allocate(kept)
    for (let i = 0; i < r.length; i++) r[i] = 1 / Math.sqrt(variance.data[i] + epsilon)
    const root = { type: kept, data: r }
    return [mapPairs(centred, root, type, allocate, (a, b) => a * b), root]
  },
  graphdef(emit, [x], node) {
    const T = { T: { type: emit.floatType } }
    const over = {
      ...node,
      attributes: { axes: listAttribute(node.attributes, 'axes'), keepDims: true },
    }
    const centred = emit.node('Sub', [x, reductionNode('Mean', emit, x, over)], T)
    const variance = reductionNode('Mean', emit, emit.node('Square', [centred], T), over)
    const epsilon = emit.constant('float', [], [numberAttribute(node.attributes, 'epsilon')])
    const r = emit.node('Rsqrt', [emit.node('AddV2', [variance, epsilon], T)], T)
    return [emit.node('Mul', [centred, r], T), r]
  },
}

/** P(v) = v − mean(v) − h·mean(v·h), the symmetric map that takes out the mean and the direction of h. */
export function projected(graph: GraphBuilder, v: Value, h: Value, axes: readonly number[]): Value {
  const along = multiply(graph, h, mean(graph, multiply(graph, v, h), axes, true))
  return subtract(graph, subtract(graph, v, mean(graph, v, axes, true)), along)
}
