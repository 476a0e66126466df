/** What a run takes of the memory, from its specification alone; and what of it would fit. */
import { parametersOf } from '../../shared/graph/parameters.ts'
import { sizeOf } from '../../shared/graph/shapes.ts'
import type { LayerGraph } from '../../shared/graph/types.ts'
import { BenchError } from '../../shared/contract/errors.ts'
import { specDensities } from '../../shared/planning/densities.ts'
import type { RunSpec } from '../../shared/spec/schema.ts'
import type { BackendName } from '../backend/index.ts'
import { largestBatch, trainingMemory } from '../backend/memory.ts'
import type { Trained } from '../backend/memory.ts'
import { trainingOptions } from './training-options.ts'

/** Memory of a run on a backend. */
export interface RunMemory {
  readonly backend: BackendName
  /** Bytes of the process that trains it, without its data. */
  readonly bytes: number
  /** Whether it can be trained with so much, and within what the backend can address. */
  readonly fits: boolean
}

/** @param available bytes of the machine */
export function memoryOf(
  spec: RunSpec,
  graph: LayerGraph,
  backends: readonly BackendName[],
  available: number,
): RunMemory[] {
  const trained = trainedBy(spec, graph)
  return backends.map((backend) => {
    const { bytes, addressable } = trainingMemory(backend, trained)
    return { backend, bytes, fits: addressable && bytes <= available }
  })
}

/** The largest batch, a multiple of 8, with which one of the backends could train a run; 0 for none. */
export function fittingBatch(
  spec: RunSpec,
  graph: LayerGraph,
  backends: readonly BackendName[],
  available: number,
): number {
  const trained = trainedBy(spec, graph)
  return Math.max(0, ...backends.map((backend) => largestBatch(backend, trained, available)))
}

function trainedBy(spec: RunSpec, graph: LayerGraph): Trained {
  return { graph, options: trainingOptions(spec), kept: keptOf(spec, graph) }
}

/** Entries of each maskable kernel that training begins with; all where only a file or a method knows. */
function keptOf(spec: RunSpec, graph: LayerGraph): Map<string, number> {
  const kernels = parametersOf(graph).filter(({ maskable }) => maskable)
  try {
    const { densities } = specDensities(spec, graph)
    return new Map(kernels.map(({ name, shape }, k) => [name, Math.ceil(densities[k] * sizeOf(shape))]))
  } catch (error) {
    if (error instanceof BenchError && error.code === 'impossible') return new Map()
    throw error
  }
}
