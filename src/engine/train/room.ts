/** Which backends have the memory that a run needs, known before it is compiled. */
import { formatBytes } from '../../shared/format/number.ts'
import type { LayerGraph } from '../../shared/graph/types.ts'
import type { RunSpec } from '../../shared/spec/schema.ts'
import { BACKEND_NAMES } from '../backend/index.ts'
import type { Backend } from '../program/backend.ts'
import { fittingBatch, memoryOf } from './memory.ts'
import type { RunMemory } from './memory.ts'

export interface Roomy {
  readonly able: readonly Backend[]
  readonly refused: readonly { readonly name: string; readonly reasons: readonly string[] }[]
  /** To be told where none has room, and one is tried all the same: what is needed is an estimate. */
  readonly warning: string | null
}

/** @param available bytes of the machine; null where nobody asked, and all count as able */
export function withRoom(
  spec: RunSpec,
  graph: LayerGraph,
  backends: readonly Backend[],
  available: number | null,
): Roomy {
  if (available === null) return { able: backends, refused: [], warning: null }
  const names = BACKEND_NAMES.filter((name) => backends.some((backend) => backend.name === name))
  const needs = new Map(
    memoryOf(spec, graph, names, available).map((need): [string, RunMemory] => [need.backend, need]),
  )
  // A backend that is none of the bench's own tells nothing.
  const able = backends.filter(({ name }) => needs.get(name)?.fits !== false)
  const tight = [...needs.values()].filter(({ fits }) => !fits)
  if (able.length > 0) {
    const refused = tight.map((need) => ({ name: need.backend, reasons: [reasonOf(need, available)] }))
    return { able, refused, warning: null }
  }
  const batch = fittingBatch(spec, graph, names, available)
  const advice = batch > 0 ? `A batch of ${batch} would fit.` : 'No batch of this model would fit.'
  const reasons = tight.map((need) => `${need.backend} ${reasonOf(need, available)}`)
  return { able: backends, refused: [], warning: `Memory may not do: ${reasons.join('; ')}. ${advice}` }
}

const reasonOf = ({ bytes, backend }: RunMemory, available: number): string =>
  bytes <= available && backend === 'sparse'
    ? `needs more than the 4 GiB that WebAssembly has`
    : `needs about ${formatBytes(bytes)}, and this machine has ${formatBytes(available)}`
