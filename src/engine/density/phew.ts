import { BenchError } from '../../shared/contract/errors.ts'
import type { Distribution } from './distribution.ts'
import { entriesOfAll } from './iterative.ts'
import { entriesOf, fromMasks } from './kernels.ts'
import { requireScores } from './scores.ts'
import { WalkGraph } from './walk-graph.ts'

/** Walks that visit nothing new, in a row, after which the rest is filled by |w|. */
const PATIENCE = 20_000

/** Walks between two looks at progress and at dead ends. */
const REPORT = 5000

/**
 * PHEW (Patil and Dovrolis 2021, arXiv 2010.11354), without data: walks, one from a random input channel to
 * the outputs and one from a random output back in turn, take the next edge with probability |w|/Σ|w|; the
 * edges that they visited are kept, until round(density · entries) of all are. The last walk ends where that
 * count is reached.
 *
 * Near density 1 some weights are next to 0 and never met: after 20,000 walks that found nothing new the
 * largest |w| of the rest are taken, and a note says how many.
 */
export const phew: Distribution = (request) => {
  const engine = requireScores(request, 'PHEW', 'initial values')
  const { kernels, density, stream, graph, onProgress } = request
  if (!graph)
    throw new BenchError(
      'impossible',
      'PHEW walks through the model, and none was given.',
      'sparsity.distribution',
    )
  const wanted = Math.round(density * entriesOfAll(kernels))
  const masks = new Map(kernels.map((kernel) => [kernel.name, new Uint8Array(entriesOf(kernel))]))
  const walks = new WalkGraph(graph, engine.values)
  const draw = stream.split('walks')
  const isAll = wanted === entriesOfAll(kernels)
  if (isAll) for (const mask of masks.values()) mask.fill(1)
  let kept = isAll ? wanted : 0
  let idle = 0
  for (let walk = 0; kept < wanted && idle < PATIENCE; walk++) {
    const before = kept
    for (const { kernel, entry } of (walk % 2 === 0 ? walks.forward(draw) : walks.backward(draw)) ?? []) {
      const mask = masks.get(kernel)
      if (!mask || mask[entry] === 1 || kept === wanted) continue
      mask[entry] = 1
      kept++
    }
    idle = kept > before ? 0 : idle + 1
    if (walk % REPORT === 0) onProgress?.(kept / wanted)
  }
  const missing = wanted - kept
  if (missing > 0) fillByMagnitude(engine.values, masks, missing)
  onProgress?.(1)
  const notes =
    missing > 0
      ? [`PHEW: no walk met ${missing} more weights; the largest of those that are left were taken.`]
      : []
  return fromMasks(kernels, masks, notes)
}

/** Takes the `count` largest |w| among what no mask has; of equal ones the earlier. */
function fillByMagnitude(
  values: ReadonlyMap<string, Float64Array>,
  masks: ReadonlyMap<string, Uint8Array>,
  count: number,
): void {
  const left = [...masks].flatMap(([name, mask]) => {
    const data = values.get(name) ?? new Float64Array(mask.length)
    return [...mask.keys()]
      .filter((entry) => mask[entry] === 0)
      .map((entry) => ({ mask, entry, size: Math.abs(data[entry]) }))
  })
  left.sort((a, b) => b.size - a.size)
  for (const { mask, entry } of left.slice(0, count)) mask[entry] = 1
}
