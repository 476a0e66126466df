/** What the run of a study that takes most of the memory takes, and what would fit where it has none. */
import { BACKEND_NAMES, fittingBatch, machineMemory, memoryOf, trainingBackends } from '../../engine/index.ts'
import type { BackendName, RunMemory } from '../../engine/index.ts'
import type { MemoryEstimate } from '../../shared/contract/estimate.ts'
import { parametersOf } from '../../shared/graph/parameters.ts'
import { inferShapes, sizeOf } from '../../shared/graph/shapes.ts'
import type { LayerGraph } from '../../shared/graph/types.ts'
import { formatBytes } from '../../shared/format/number.ts'
import { lengthOf } from '../../shared/planning/plan.ts'
import type { RunSpec } from '../../shared/spec/schema.ts'
import { buildNetwork } from '../../shared/zoo/index.ts'
import { knownInputOf } from '../store/own-data.ts'

/** Works that are planned for an estimate: those of most numbers. */
const MOST_PLANNED = 3

interface Work {
  readonly spec: RunSpec
  readonly graph: LayerGraph
  readonly numbers: number
}

/**
 * Of the runs that are still to be trained, where any is.
 * @param concurrency runs that go side by side
 * @param available bytes of the machine
 */
export async function estimateMemory(
  runs: readonly { readonly group: string; readonly spec: RunSpec }[],
  backend: string,
  concurrency: number,
  available = machineMemory(),
): Promise<MemoryEstimate | null> {
  const names = (await trainingBackends(backend)).map(({ name }) => name)
  const able = BACKEND_NAMES.filter((name) => names.includes(name))
  // `auto` trains by the definition of the others only where no other can.
  const quick = able.length > 1 ? able.filter((name) => name !== 'reference') : able
  const needs = largestWorks(runs).map((work) => ({ work, need: leastOf(work, quick, available) }))
  const [first, ...rest] = needs
  if (first === undefined) return null
  const largest = rest.reduce((most, each) => (each.need.bytes > most.need.bytes ? each : most), first)
  const { work, need } = needs.find((each) => !each.need.fits) ?? largest
  const side = Math.max(1, Math.min(concurrency, runs.length))
  const { batchSize } = work.spec.training
  return {
    bytes: need.bytes * side,
    available,
    backend: need.backend,
    advice: need.fits
      ? need.bytes * side > available
        ? `${side} such runs side by side need ${formatBytes(need.bytes * side)}`
        : null
      : adviceOf(fittingBatch(work.spec, work.graph, quick, available), batchSize),
  }
}

const adviceOf = (batch: number, asked: number): string =>
  batch > 0
    ? `a batch of ${batch} in place of ${asked} would fit`
    : `no batch of this model fits; take a smaller model or smaller pictures`

/** The backend that would train it: the least that fits, else the least. */
function leastOf({ spec, graph }: Work, backends: readonly BackendName[], available: number): RunMemory {
  const needs = memoryOf(spec, graph, backends, available).toSorted((a, b) => a.bytes - b.bytes)
  return needs.find(({ fits }) => fits) ?? needs[0]
}

/** One of each kind that seeds alone tell apart, those of most numbers first. */
function largestWorks(runs: readonly { readonly group: string; readonly spec: RunSpec }[]): Work[] {
  const works = new Map<string, Work>()
  for (const { group, spec } of runs) {
    if (works.has(group) || lengthOf(spec.training) === 0) continue
    const { input, classes } = knownInputOf(spec.data)
    const graph = buildNetwork(spec, input, classes)
    works.set(group, { spec, graph, numbers: numbersOf(spec, graph) })
  }
  return [...works.values()].toSorted((a, b) => b.numbers - a.numbers).slice(0, MOST_PLANNED)
}

/** Signals of a batch and weights: what decides which of two works is larger. */
function numbersOf({ training, sparsity }: RunSpec, graph: LayerGraph): number {
  let signals = 0
  for (const shape of inferShapes(graph).values()) signals += sizeOf(shape)
  const weights = parametersOf(graph).reduce((sum, { shape }) => sum + sizeOf(shape), 0)
  return training.batchSize * signals + 4 * weights * (1 + sparsity.density)
}
