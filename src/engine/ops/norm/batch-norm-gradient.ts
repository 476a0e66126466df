import type { OpDefinition, Value } from '../ir.ts'
import { add, broadcastTo, mean, multiply, reshape, scale, sum } from '../support/make.ts'
import { sizeOf } from '../../../shared/graph/shapes.ts'
import { expectInputs, numberAttribute } from '../support/shapes.ts'
import { expectFloat } from '../support/window.ts'
import { asImage, fromImage, fusedAttributes } from './batch-norm.ts'
import { projected } from './standardise.ts'

/**
 * Gradients of batch-norm: (cotangent g of y, x, scale γ, and what batch-norm saved) → those of x, γ and
 * shift: γ·r·P(g), Σ g·h, Σ g, with h = (x − μ)·r, r = 1/√(v + epsilon) and P(g) = g − mean(g) −
 * h·mean(g·h).
 */
export const batchNormGradient: OpDefinition = {
  name: 'batch-norm-gradient',
  infer(inputs) {
    expectInputs(inputs, 6)
    const [cotangent, x, factor] = inputs
    expectFloat(cotangent, x.shape, 'cotangent')
    expectFloat(factor, x.shape.slice(-1), 'scale')
    return [x, factor, factor]
  },
  /*
   * With directions u, a, b for the three outputs, and M the mean over the N rows, differentiate
   *   L = γ·r·⟨u, P g⟩ + a·⟨g, h⟩ + b·Σg, where ⟨u, P g⟩ = ⟨u, g⟩ − N·M(u)·M(g) − N·M(u·h)·M(g·h):
   *   ∂L/∂g = γ·r·P(u) + a·h + b
   *   ∂L/∂γ = r·⟨u, P g⟩
   *   ∂L/∂h = −γ·r·(u·M(g·h) + g·M(u·h)) + a·g, and ∂L/∂r = γ·⟨u, P g⟩, which reach x through `standardise`.
   */
  gradient({ graph, inputs: [g, x, factor], attributes }, [u, a, b]) {
    const axes = x.type.shape.slice(0, -1).map((_, axis) => axis)
    const channels = factor.type.shape
    const [h, keptR] = graph.add('standardise', [x], {
      axes,
      epsilon: numberAttribute(attributes, 'epsilon'),
    })
    const r = reshape(graph, keptR, channels)
    const ofG: Value[] = []
    const ofH: Value[] = []
    let ofFactor: Value | null = null
    let ofR: Value | null = null
    if (u !== null) {
      const factorR = multiply(graph, factor, r)
      ofG.push(multiply(graph, factorR, projected(graph, u, h, axes)))
      const inner = sum(graph, multiply(graph, u, projected(graph, g, h, axes)), axes)
      ofFactor = multiply(graph, r, inner)
      ofR = multiply(graph, factor, inner)
      const meanG = mean(graph, multiply(graph, g, h), axes)
      const meanU = mean(graph, multiply(graph, u, h), axes)
      const crossed = add(graph, multiply(graph, u, meanG), multiply(graph, g, meanU))
      ofH.push(scale(graph, multiply(graph, factorR, crossed), -1))
    }
    if (a !== null) {
      ofG.push(multiply(graph, a, h))
      ofH.push(multiply(graph, a, g))
    }
    if (b !== null) ofG.push(broadcastTo(graph, b, x.type.shape))
    const total = (parts: readonly Value[]): Value | null =>
      parts.length === 0 ? null : parts.reduce((p, q) => add(graph, p, q))
    // The chain rule of `standardise`, by hand: ∂L/∂x = r·P(∂L/∂h) − (r²·h/N)·∂L/∂r.
    const cotangentH = total(ofH)
    const ofX = cotangentH ? [multiply(graph, r, projected(graph, cotangentH, h, axes))] : []
    if (ofR !== null) {
      const count = sizeOf(x.type.shape) / channels[0]
      ofX.push(multiply(graph, scale(graph, multiply(graph, ofR, multiply(graph, r, r)), -1 / count), h))
    }
    return [total(ofG), total(ofX), ofFactor, null, null, null]
  },
  evaluate([cotangent, x, factor, savedMean, savedVariance], attributes, [type, vector], allocate) {
    const channels = vector.shape[0]
    const epsilon = numberAttribute(attributes, 'epsilon')
    const count = x.data.length / channels
    const g = cotangent.data
    const r = Float64Array.from(savedVariance.data, (variance) => 1 / Math.sqrt(variance + epsilon))
    const sumG = new Float64Array(channels)
    const sumGH = new Float64Array(channels)
    for (let from = 0; from < g.length; from += channels) {
      for (let c = 0; c < channels; c++) {
        sumG[c] += g[from + c]
        sumGH[c] += g[from + c] * (x.data[from + c] - savedMean.data[c]) * r[c]
      }
    }
    const dx = allocate(type)
    for (let from = 0; from < g.length; from += channels) {
      for (let c = 0; c < channels; c++) {
        const h = (x.data[from + c] - savedMean.data[c]) * r[c]
        dx[from + c] = factor.data[c] * r[c] * (g[from + c] - (sumG[c] + h * sumGH[c]) / count)
      }
    }
    const dScale = allocate(vector)
    const dShift = allocate(vector)
    dScale.set(sumGH)
    dShift.set(sumG)
    return [
      { type, data: dx },
      { type: vector, data: dScale },
      { type: vector, data: dShift },
    ]
  },
  graphdef(emit, [cotangent, x, ...others], node) {
    const { shape } = node.outputs[0]
    const images = [asImage(emit, cotangent, shape), asImage(emit, x, shape)]
    const name = emit.node(
      'FusedBatchNormGradV3',
      [...images, ...others],
      fusedAttributes(emit, numberAttribute(node.attributes, 'epsilon')),
    )
    return [fromImage(emit, name, shape), `${name}:1`, `${name}:2`]
  },
}
