/** Small layer graphs and seeded states for the compiler's tests. */
import { parametersOf } from '../../../src/shared/graph/parameters.ts'
import { sizeOf } from '../../../src/shared/graph/shapes.ts'
import type { Activation, LayerGraph, LayerNode } from '../../../src/shared/graph/types.ts'
import type { ModelState } from '../../../src/engine/program/types.ts'
import { Stream } from '../../../src/engine/rng.ts'

/** Fully connected layers of these sizes, the activation between them; layers are named w1, w2, … */
export function perceptron(sizes: readonly number[], activation: Activation, bias = true): LayerGraph {
  const nodes: LayerNode[] = [{ kind: 'input', shape: [sizes[0]], name: 'input', inputs: [] }]
  const append = (node: LayerNode): void => {
    nodes.push(node)
  }
  const last = (): string[] => [nodes[nodes.length - 1].name]
  sizes.slice(1).forEach((units, i) => {
    if (i > 0) append({ kind: 'activation', activation, name: `a${i}`, inputs: last() })
    append({ kind: 'dense', units, bias, maskable: true, name: `w${i + 1}`, inputs: last() })
  })
  return { name: 'perceptron', nodes, output: last()[0], classes: sizes[sizes.length - 1] }
}

/**
 * Normal kernels of variance 1/fan-in, small biases, and masks that keep each entry with probability
 * `density`.
 */
export function randomState(graph: LayerGraph, density: number, seed: number): ModelState {
  const parameters = new Map<string, Float64Array>()
  const masks = new Map<string, Uint8Array>()
  for (const { name, shape, maskable, role } of parametersOf(graph)) {
    const stream = Stream.root(seed).split(name)
    const deviation = role === 'kernel' ? 1 / Math.sqrt(density * sizeOf(shape.slice(0, -1))) : 0.1
    const values = Float64Array.from({ length: sizeOf(shape) }, () => deviation * stream.normal())
    if (maskable) {
      const mask = Uint8Array.from(values, () => (stream.uniform() < density ? 1 : 0))
      mask.forEach((kept, i) => {
        if (kept === 0) values[i] = 0
      })
      masks.set(name, mask)
    }
    parameters.set(name, values)
  }
  return { parameters, masks }
}

/** A batch of normal inputs and uniform labels. */
export function randomBatch(
  batch: number,
  inputSize: number,
  classes: number,
  seed: number,
): { x: Float64Array; y: Int32Array } {
  const stream = Stream.root(seed).split('batch')
  return {
    x: Float64Array.from({ length: batch * inputSize }, () => stream.normal()),
    y: Int32Array.from({ length: batch }, () => stream.integer(classes)),
  }
}
