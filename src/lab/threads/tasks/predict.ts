/** Logits of examples in a file, by a network and its weights. */
import { readFileSync } from 'node:fs'
import {
  examplesOf,
  openBackend,
  predictLogits,
  readNpz,
  refuseDevice,
  trainingBackends,
  writeNpz,
} from '../../../engine/index.ts'
import type { Backend, ModelState } from '../../../engine/index.ts'
import { BenchError } from '../../../shared/contract/errors.ts'
import type { PredictResult } from '../../../shared/contract/own-models.ts'
import { predictionsOf } from '../../../shared/graph/shapes.ts'
import type { LayerGraph } from '../../../shared/graph/types.ts'
import { writeBytes } from '../../export/writer.ts'
import { explain } from '../../store/failures.ts'
import type { Task } from '../task-protocol.ts'

export interface PredictTaskInput {
  readonly graph: LayerGraph
  readonly state: ModelState
  /** Files in and out. */
  readonly input: string
  readonly file: string
  readonly backend: string
}

function readExamples(file: string): Uint8Array {
  refuseDevice(file, 'input')
  try {
    return readFileSync(file)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      throw new BenchError('not-found', `There is no file ${file}.`, 'input')
    throw explain(error, file)
  }
}

/** `auto` takes TensorFlow where it is installed, else the reference. */
async function backendFor(name: string): Promise<Backend> {
  if (name === 'auto') return openBackend('auto')
  const [backend] = await trainingBackends(name)
  return backend
}

const predict: Task = async (given, progress) => {
  const { graph, state, input, file, backend: name } = given as PredictTaskInput
  const x = examplesOf(readNpz(readExamples(input)), graph)
  const backend = await backendFor(name)
  const data = await predictLogits({ graph, state, backend, x, onProgress: progress })
  const predictions = predictionsOf(graph)
  const examples = data.length / graph.classes / predictions
  const shape = [examples, ...(predictions > 1 ? [predictions] : []), graph.classes]
  const bytes = writeBytes(file, writeNpz([{ name: 'logits', shape, data }]))
  return { file, examples, classes: graph.classes, backend: backend.name, bytes } satisfies PredictResult
}

export const predictTasks = { 'predict/write': predict } satisfies Readonly<Record<string, Task>>
