/** Floating-point operations of training, counted from the masks that the steps had. */
import { kernelOperations } from '../../shared/graph/cost.ts'
import type { KernelOperations } from '../../shared/graph/cost.ts'
import type { LayerGraph } from '../../shared/graph/types.ts'
import { dynamicTraits } from '../../shared/methods/traits.ts'
import { stepOperations } from '../../shared/graph/training-cost.ts'
import type { RunSpec } from '../../shared/spec/schema.ts'
import type { FloatArray } from '../ops/ir.ts'

const NAME = 'operations'

/** How many weights of a kernel the forward pass keeps, and how many the backward pass updates. */
export interface KernelCounts {
  readonly name: string
  readonly kept: number
  readonly updated: number
}

export class OperationCounter {
  readonly #model: KernelOperations
  readonly #batch: number
  readonly #gradient: ReturnType<typeof weightGradientOf>
  #forward = 0
  #step = 0
  #total = 0

  constructor(spec: RunSpec, graph: LayerGraph) {
    this.#model = kernelOperations(graph)
    this.#batch = spec.training.batchSize
    this.#gradient = weightGradientOf(spec)
  }

  get total(): number {
    return this.#total
  }

  /** The masks that steps have from now on. */
  set(counts: readonly KernelCounts[]): void {
    const { other, masked, dense } = this.#model
    const sum = (of: (each: KernelCounts) => number): number =>
      counts.reduce((all, each) => all + of(each) * (masked.get(each.name) ?? 0), other)
    this.#forward = sum(({ kept }) => kept)
    const updated = sum(({ updated: count }) => count)
    this.#step = stepOperations({ forward: this.#forward, updated, dense, weightGradient: this.#gradient })
  }

  /** Steps of training at the present masks. */
  add(steps: number): void {
    this.#total += steps * this.#batch * this.#step
  }

  /** One gradient of all weights beside the steps: a forward pass, one back, and all products of weights. */
  addGradients(): void {
    this.#total += this.#batch * (2 * this.#forward + this.#model.dense)
  }

  memory(): [string, FloatArray][] {
    return [[NAME, Float64Array.of(this.#total)]]
  }

  restore(memory: ReadonlyMap<string, FloatArray>): void {
    this.#total = memory.get(NAME)?.[0] ?? 0
  }
}

/** Which weights' gradients a step takes: of the kept, of all, or of those that the backward mask names. */
function weightGradientOf(spec: RunSpec): 'kept' | 'dense' | 'updated' {
  const { forwardMask, smoothedGradients } = dynamicTraits(spec)
  if (forwardMask === 'backward-mask') return 'updated'
  return forwardMask === 'dense' || smoothedGradients ? 'dense' : 'kept'
}
