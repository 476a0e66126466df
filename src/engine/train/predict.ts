/** Logits of given examples in evaluation: what a network says, for comparison with any other program's. */
import { BenchError } from '../../shared/contract/errors.ts'
import { inferShapes, inputVocabulary, predictionsOf, shapeText, sizeOf } from '../../shared/graph/shapes.ts'
import type { LayerGraph } from '../../shared/graph/types.ts'
import { compileTraining } from '../compiler/training.ts'
import type { NamedArray } from '../interchange/types.ts'
import type { Backend } from '../program/backend.ts'
import type { ModelState } from '../program/types.ts'
import { writeState } from './prepare.ts'

/** Examples of one call of a backend; the last one is filled up with zeros. */
const MOST_BATCH = 128

/** The array of the examples in a file. */
export const EXAMPLES = 'x'

/**
 * Checks the array `x` of a file: [n, height, width, channels] or [n, features], as the model takes them,
 * floating-point or whole numbers, none of them NaN or infinite. Returns its entries in single precision.
 * Throws BenchError('bad-data') that says what is there and what is expected.
 */
export function examplesOf(arrays: readonly NamedArray[], graph: LayerGraph): Float32Array {
  const input = inferShapes(graph).get(graph.nodes[0].name) ?? []
  const array = arrays.find(({ name }) => name === EXAMPLES)
  const wanted = `[n, ${input.join(', ')}]`
  if (!array) {
    const names = arrays.map(({ name }) => `“${name}”`).join(', ')
    throw new BenchError(
      'bad-data',
      `The file has no array “${EXAMPLES}”; it holds ${names === '' ? 'none' : names}. The examples are an ` +
        `array ${EXAMPLES} of ${wanted}.`,
      EXAMPLES,
    )
  }
  const { shape, data } = array
  const fits = shape.length === input.length + 1 && input.every((side, axis) => side === shape[axis + 1])
  if (!fits || shape[0] === 0) {
    const first = input.length === 3 && shape.length === 4 && shape[1] === input[2] && shape[3] !== input[2]
    throw new BenchError(
      'bad-data',
      `${EXAMPLES} has the shape [${shape.join(', ')}]; ${graph.name} takes ${wanted} with n ≥ 1` +
        (first ? ': channels come last here, numpy.transpose(x, (0, 2, 3, 1)).' : '.'),
      EXAMPLES,
    )
  }
  const wrong = data.findIndex((value) => !Number.isFinite(value))
  if (wrong >= 0) {
    const size = sizeOf(input)
    throw new BenchError(
      'bad-data',
      `${EXAMPLES} holds ${data[wrong]} in example ${Math.floor(wrong / size)}, entry ${wrong % size} of ` +
        `${shapeText(input)}; every entry must be finite.`,
      EXAMPLES,
    )
  }
  const vocabulary = inputVocabulary(graph)
  const none = vocabulary === null ? -1 : data.findIndex((token) => !isToken(token, vocabulary))
  if (none >= 0) {
    throw new BenchError(
      'bad-data',
      `${EXAMPLES} holds ${data[none]}; the tokens of ${graph.name} are the whole numbers from 0 to ` +
        `${(vocabulary ?? 1) - 1}.`,
      EXAMPLES,
    )
  }
  return Float32Array.from(data)
}

const isToken = (value: number, vocabulary: number): boolean =>
  Number.isInteger(value) && value >= 0 && value < vocabulary

export interface PredictRequest {
  readonly graph: LayerGraph
  /** Values of all parameters, and masks of maskable kernels. */
  readonly state: ModelState
  readonly backend: Backend
  /** [n, …input], row-major. */
  readonly x: Float32Array
  /** Fraction in [0, 1]. */
  readonly onProgress?: (fraction: number) => void
}

/**
 * Logits [n, classes] (of sequences [n, time, classes]), row-major, in evaluation: batch norm by its running
 * statistics, no dropout. Throws BenchError('impossible') where the backend cannot run the network.
 */
export async function predictLogits(request: PredictRequest): Promise<Float32Array> {
  const { graph, state, backend, x, onProgress } = request
  const size = sizeOf(inferShapes(graph).get(graph.nodes[0].name) ?? [])
  const count = x.length / size
  const batchSize = Math.min(MOST_BATCH, count)
  const outputs = graph.classes * predictionsOf(graph)
  const program = compileTraining(graph, {
    batchSize,
    evaluationBatchSize: batchSize,
    labelSmoothing: 0,
    optimizer: 'sgd',
    momentum: 0,
    nesterov: false,
    weightDecay: 0,
    masked: state.masks.size > 0,
    denseGradients: false,
  })
  const reasons = backend.refuses(program.program)
  if (reasons.length > 0) {
    throw new BenchError(
      'impossible',
      `The ${backend.name} backend cannot run this network: ${reasons.join('; ')}. Choose another backend.`,
      'backend',
    )
  }
  const executable = await backend.compile(program.program)
  try {
    writeState(executable, program, state)
    const logits = new Float32Array(count * outputs)
    for (let start = 0; start < count; start += batchSize) {
      const rows = Math.min(batchSize, count - start)
      const batch = new Float32Array(batchSize * size)
      batch.set(x.subarray(start * size, (start + rows) * size))
      const given = executable.run('logits', { x: batch })['logits']
      logits.set(given.subarray(0, rows * outputs), start * outputs)
      onProgress?.((start + rows) / count)
    }
    return logits
  } finally {
    executable.dispose()
  }
}
