/** Weights and masks of a run as a file that other programs read. */
import { exportOnnx, stateToArrays, writeNpz, writeSafetensors } from '../../engine/index.ts'
import { parametersOf } from '../../shared/graph/parameters.ts'
import { shapeText } from '../../shared/graph/shapes.ts'
import type { OnnxRequest, WeightsRequest } from '../../shared/laboratory/requests.ts'
import { canonicalSpec } from '../../shared/spec/identity.ts'
import type { LabContext } from '../context.ts'
import { storedRun } from './run-state.ts'
import { writeBytes } from './writer.ts'

/**
 * Writes the weights and masks of a run as they are in its last checkpoint: after training, those it ended
 * with. Throws BenchError `not-found` where the run has stored none.
 */
export async function writeWeights(
  context: LabContext,
  { run, format, pytorch = false, file }: WeightsRequest & { file: string },
): Promise<{ file: string; arrays: number; bytes: number }> {
  const { row, graph, state, step } = await storedRun(context, run)
  const arrays = stateToArrays(parametersOf(graph), state, { naming: pytorch ? 'pytorch' : 'bench' })
  const about = { run: String(run), step: String(step), specification: canonicalSpec(row.spec) }
  const bytes = format === 'npz' ? writeNpz(arrays) : writeSafetensors(arrays, about)
  return { file, arrays: arrays.length, bytes: writeBytes(file, bytes) }
}

/**
 * Writes the network of a run, with the weights of its last checkpoint, as an ONNX file that computes its
 * logits. Throws as `writeWeights`.
 */
export async function writeOnnx(
  context: LabContext,
  { run, file }: OnnxRequest & { file: string },
): Promise<{ file: string; layers: number; bytes: number }> {
  const { row, graph, state, step } = await storedRun(context, run)
  const [input] = graph.nodes
  const shape = input.kind === 'input' ? input.shape : []
  const order = shape.length === 3 ? ' (height × width × channels; here with the channels first)' : ''
  const bytes = exportOnnx(graph, state, {
    producer: 'Givens Bench',
    version: context.version,
    description:
      `Run ${run} at step ${step}: ${graph.name} on ${row.spec.data.name}. input: examples of ` +
      `${shapeText(shape)}${order}, standardised as the bench standardises them; logits: one for each ` +
      'class. Masked weights are zeros.',
    metadata: { run: String(run), step: String(step), specification: canonicalSpec(row.spec) },
  })
  return { file, layers: graph.nodes.length - 1, bytes: writeBytes(file, bytes) }
}
