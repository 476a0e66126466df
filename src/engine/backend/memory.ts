/**
 * What training takes of the memory at its most, before it starts. `sparse` is planned; the others are models
 * whose parts were measured as the largest resident set of a process (docs/results/speed.md).
 */
import { parametersOf } from '../../shared/graph/parameters.ts'
import { inferShapes, sizeOf } from '../../shared/graph/shapes.ts'
import type { LayerGraph, LayerNode } from '../../shared/graph/types.ts'
import { optimizerOf } from '../../shared/methods/optimizers/index.ts'
import { layoutOf } from '../program/layout.ts'
import type { TrainingOptions } from '../program/types.ts'
import type { BackendName } from './index.ts'
import { largestBatchThat, programBytes } from './sparse/link/fitting.ts'
import { MOST_BYTES } from './sparse/plan/memory.ts'

/** What is trained, and how many entries of each kernel are kept at the start (all where it is missing). */
export interface Trained {
  readonly graph: LayerGraph
  readonly options: TrainingOptions
  readonly kept: ReadonlyMap<string, number>
}

const MB = 2 ** 20
const FLOAT = 4
/** An entry of the first values: a double and a byte of the mask. */
const FIRST_VALUES = 9

/** Of the program and its libraries, whatever they train. */
const PROCESS: Readonly<Record<BackendName, number>> = {
  sparse: 150 * MB,
  tensorflow: 560 * MB,
  reference: 150 * MB,
}

export interface TrainingMemory {
  /** Bytes of the process while it trains; without the data set. */
  readonly bytes: number
  /** Whether the memory of the backend's own kind has room for it, however much the machine has. */
  readonly addressable: boolean
}

export function trainingMemory(backend: BackendName, trained: Trained): TrainingMemory {
  const { graph, options } = trained
  const entries = parametersOf(graph).reduce((sum, { shape }) => sum + sizeOf(shape), 0)
  const slots = optimizerOf(options.optimizer).slots(options).length
  const start = PROCESS[backend] + FIRST_VALUES * entries
  if (backend === 'sparse') {
    const program = sparseProgram(trained)
    return { bytes: start + program, addressable: program <= MOST_BYTES }
  }
  // Values, mask, gradient and slots of all weights, dense, and one copy on the way in.
  const weights = FLOAT * entries * (4 + slots)
  const signals = FLOAT * options.batchSize * signalEntries(graph)
  const kept = backend === 'tensorflow' ? 0.65 : 3
  return { bytes: start + weights + kept * signals, addressable: true }
}

/** The largest batch, a multiple of 8 below the one asked for, that takes at most `bytes`; 0 for none. */
export function largestBatch(backend: BackendName, trained: Trained, bytes: number): number {
  const { options } = trained
  const fits = (batchSize: number): boolean => {
    const need = trainingMemory(backend, { ...trained, options: { ...options, batchSize } })
    return need.addressable && need.bytes <= bytes
  }
  return largestBatchThat(fits, options.batchSize - 1)
}

function sparseProgram({ graph, options, kept }: Trained): number {
  const layout = layoutOf(graph, options.masked ?? true)
  return programBytes({ graph, layout, options }, kept)
}

/** Entries of all layers' outputs for an example, and of what attention keeps between its products. */
function signalEntries(graph: LayerGraph): number {
  const shapes = inferShapes(graph)
  return graph.nodes.reduce((sum, node) => {
    const shape = shapes.get(node.name) ?? []
    return sum + sizeOf(shape) + attentionEntries(node, shape)
  }, 0)
}

/** Queries, keys, values and heads' outputs, scores and shares. */
function attentionEntries(node: LayerNode, shape: readonly number[]): number {
  if (node.kind !== 'attention' && node.kind !== 'dot-product-attention') return 0
  const [tokens] = shape
  const inner = node.kind === 'attention' ? 4 * sizeOf(shape) : 0
  return inner + 2 * node.heads * tokens * tokens
}
