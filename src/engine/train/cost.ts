/**
 * What a training step computes, and what it would take on a backend by a model of its cost. The model's
 * proportions were measured on one machine (two threads); a machine's own measurements scale it. It ranks
 * backends where a measurement would take too long, and is always shown as an estimate.
 */
import { inferShapes, sizeOf } from '../../shared/graph/shapes.ts'
import { parametersOf } from '../../shared/graph/parameters.ts'
import type { LayerGraph } from '../../shared/graph/types.ts'

/** A step of one batch. Products count forward, input gradient and weight gradient. */
export interface StepWork {
  /** Kernels that make most of the products: of matrices, or of convolutions. */
  readonly kind: 'dense' | 'conv'
  /** Multiplications of weights that are kept, and of all weights. */
  readonly kept: number
  readonly products: number
  /** Entries of all layers' outputs. */
  readonly elements: number
  readonly layers: number
}

/** @param kept nonzeros of a kernel by its name; undefined is a dense kernel */
export function stepWork(
  graph: LayerGraph,
  batch: number,
  kept: (kernel: string) => number | undefined,
): StepWork {
  const shapes = inferShapes(graph)
  const sums = { dense: 0, conv: 0, kept: 0, elements: 0 }
  for (const node of graph.nodes) sums.elements += batch * sizeOf(shapes.get(node.name) ?? [])
  for (const { name, layer, shape, role } of parametersOf(graph)) {
    if (role !== 'kernel') continue
    const output = shapes.get(layer) ?? []
    // A kernel meets every place of an image: all sides of the output but the last, its channels.
    const places = 3 * batch * sizeOf(output.slice(0, -1))
    const entries = sizeOf(shape)
    sums[output.length > 1 ? 'conv' : 'dense'] += places * entries
    sums.kept += places * (kept(name) ?? entries)
  }
  return {
    kind: sums.conv > sums.dense ? 'conv' : 'dense',
    kept: sums.kept,
    products: sums.dense + sums.conv,
    elements: sums.elements,
    layers: graph.nodes.length,
  }
}

/**
 * Nanoseconds of a product and of an entry of an output, microseconds of a layer beside them, and of a step
 * whatever it is.
 */
interface Cost {
  readonly step: number
  readonly product: number
  readonly element: number
  readonly layer: number
}

const SPARSE = {
  dense: { step: 100, product: 0.026, element: 0.2, layer: 1 },
  conv: { step: 100, product: 0.029, element: 0.39, layer: 5 },
} as const satisfies Record<StepWork['kind'], Cost>
const TENSORFLOW = {
  dense: { step: 400, product: 0.016, element: 0.8, layer: 20 },
  conv: { step: 400, product: 0.0085, element: 0.4, layer: 10 },
} as const satisfies Record<StepWork['kind'], Cost>
const GPU = {
  dense: { step: 400, product: 0.00005, element: 0.01, layer: 15 },
  conv: { step: 400, product: 0.00005, element: 0.01, layer: 15 },
} as const satisfies Record<StepWork['kind'], Cost>
const REFERENCE = {
  dense: { step: 0, product: 2, element: 10, layer: 10 },
  conv: { step: 0, product: 4, element: 10, layer: 10 },
} as const satisfies Record<StepWork['kind'], Cost>

/** Milliseconds of a step by the model. `gpu`: TensorFlow would find one. */
export function modelledMs(backend: string, work: StepWork, gpu: boolean): number {
  const table = backend === 'sparse' ? SPARSE : backend === 'reference' ? REFERENCE : gpu ? GPU : TENSORFLOW
  const { step, product, element, layer } = table[work.kind]
  const products = backend === 'sparse' ? work.kept : work.products
  return (products * product + work.elements * element) * 1e-6 + (step + work.layers * layer) * 1e-3
}

/** Milliseconds before a backend could have measured `steps` steps: loading, compiling, and these. */
export function measuringMs(backend: string, work: StepWork, stepMs: number, steps: number): number {
  const load = backend === 'sparse' ? 60 : 500
  return load + work.layers + steps * stepMs
}
