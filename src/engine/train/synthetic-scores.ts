/** Scores of a network on synthetic data, to try distributions on where no data set is wanted. */
import { inferShapes, inputVocabulary, predictionsOf, sizeOf } from '../../shared/graph/shapes.ts'
import { parametersOf } from '../../shared/graph/parameters.ts'
import type { LayerGraph } from '../../shared/graph/types.ts'
import type { ModelState } from '../program/types.ts'
import type { Backend } from '../program/backend.ts'
import { Stream } from '../rng.ts'
import { createScoreEngine } from './score-engine.ts'
import type { ClosableScoreEngine } from './score-engine.ts'

/** He-normal kernels, scales 1, everything else 0: a network whose signals live. */
function syntheticState(graph: LayerGraph, stream: Stream): ModelState {
  const parameters = new Map<string, Float64Array>()
  const masks = new Map<string, Uint8Array>()
  for (const { name, role, shape, maskable } of parametersOf(graph)) {
    const values = new Float64Array(sizeOf(shape))
    if (role === 'kernel') {
      const deviation = Math.sqrt((2 * shape[shape.length - 1]) / values.length)
      const own = stream.split(name)
      for (let k = 0; k < values.length; k++) values[k] = deviation * own.normal()
    } else if (role === 'scale' || role === 'running-variance') values.fill(1)
    else if (role === 'embedding') {
      const own = stream.split(name)
      for (let k = 0; k < values.length; k++) values[k] = own.normal()
    }
    parameters.set(name, values)
    if (maskable) masks.set(name, new Uint8Array(values.length).fill(1))
  }
  return { parameters, masks }
}

/** Makes score engines of networks on one batch of normal inputs with labels in turn. */
export const syntheticScores =
  (backend: Backend) =>
  (graph: LayerGraph, batch: number): ClosableScoreEngine => {
    const stream = Stream.root(1).split('made scores')
    const size = batch * sizeOf(inferShapes(graph).get(graph.nodes[0].name) ?? [])
    const inputs = stream.split('inputs')
    const vocabulary = inputVocabulary(graph)
    const x = Float32Array.from({ length: size }, () =>
      vocabulary === null ? inputs.normal() : inputs.integer(vocabulary),
    )
    const y = Int32Array.from({ length: batch * predictionsOf(graph) }, (_, k) => k % graph.classes)
    return createScoreEngine(graph, syntheticState(graph, stream), [{ x, y, count: batch }], backend)
  }
