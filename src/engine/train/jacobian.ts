/**
 * Signal propagation of a run: the singular values of ∂logits/∂x at some inputs, over all of them together
 * (Figure 3 of arXiv 2406.01755).
 */
import type { LayerGraph } from '../../shared/graph/types.ts'
import type { Backend, Executable } from '../program/backend.ts'
import { compileJacobian, inputJacobian, type JacobianProgram } from '../compiler/jacobian.ts'
import { packState } from '../program/layout.ts'
import type { ModelState, ParameterLayout } from '../program/types.ts'
import type { Dataset } from '../data/types.ts'
import { singularValues } from '../linalg/singular-values.ts'
import type { FloatArray } from '../ops/ir.ts'
import type { Stream } from '../rng.ts'

export interface Spectrum {
  readonly mean: number
  readonly max: number
  readonly min: number
  /** Unbiased (n − 1); 0 for a single value. */
  readonly variance: number
  /** All singular values of all inputs, descending: inputs × min(classes, input size). */
  readonly values: Float64Array
}

/**
 * Entries that the copies of one input may have in a call: bounds memory for many classes or large
 * images.
 */
const CALL_ENTRIES = 1 << 21

/** The summary of singular values in any order; NaN throughout where one is not finite. */
export function summariseSpectrum(values: Float64Array): Spectrum {
  const sorted = values.slice().sort().reverse()
  const count = sorted.length
  if (count === 0) throw new RangeError('spectrum: expected at least one singular value')
  const mean = sorted.reduce((sum, value) => sum + value, 0) / count
  const squares = sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  const finite = sorted.every((value) => Number.isFinite(value))
  return {
    mean,
    max: finite ? sorted[0] : Number.NaN,
    min: finite ? sorted[count - 1] : Number.NaN,
    variance: count > 1 ? squares / (count - 1) : 0 * mean,
    values: sorted,
  }
}

/**
 * The first `count` examples that spectra are taken at: of the validation split, which is the same for all
 * seeds, or of the training set where there is none. [input size] each; fewer where the split has fewer.
 */
export async function spectrumInputs(dataset: Dataset, count: number): Promise<Float32Array[]> {
  const split = dataset.size('validation') > 0 ? 'validation' : 'train'
  const taken = Math.min(count, dataset.size(split))
  const { x } = await dataset.evaluationBatch(split, 0, taken)
  return rowsOf(x, taken)
}

/**
 * The first `count` examples that a run trains on, as its first steps are fed them: in the order of its
 * first epoch, augmented where the set was opened so. `stream` is the run's own. [input size] each.
 */
export async function firstTrainingInputs(
  dataset: Dataset,
  count: number,
  stream: Stream,
): Promise<Float32Array[]> {
  const rows = stream.split('data order', 0).permutation(dataset.size('train')).subarray(0, count)
  const { x } = await dataset.trainBatch(rows, stream.split('augmentation', 0))
  return rowsOf(x, rows.length)
}

function rowsOf(x: Float32Array, count: number): Float32Array[] {
  const size = x.length / count
  return Array.from({ length: count }, (_, k) => x.slice(k * size, (k + 1) * size))
}

/** Jacobians of one model at fixed inputs, compiled once and taken at any state. */
export class JacobianSpectrum {
  /** Name of the backend that computes it. */
  readonly backend: string
  readonly #executable: Executable
  readonly #program: JacobianProgram
  readonly #inputs: readonly FloatArray[]

  private constructor(
    backend: string,
    executable: Executable,
    program: JacobianProgram,
    inputs: readonly FloatArray[],
  ) {
    this.backend = backend
    this.#executable = executable
    this.#program = program
    this.#inputs = inputs
  }

  /**
   * Compiles on the first of the backends that takes the program: a backend may run training programs alone.
   * Throws where none does, with the reasons of the last.
   */
  static async compile(
    graph: LayerGraph,
    inputs: readonly FloatArray[],
    backends: readonly Backend[],
    precision?: 'float32' | 'float64',
  ): Promise<JacobianSpectrum> {
    const size = inputs[0]?.length ?? 1
    const rows = Math.max(1, Math.min(graph.classes, Math.floor(CALL_ENTRIES / size)))
    const compiled = compileJacobian(graph, rows)
    let reasons: readonly string[] = ['no backend was given']
    for (const backend of backends) {
      reasons = backend.refuses(compiled.program)
      if (reasons.length > 0) continue
      const executable = await backend.compile(compiled.program, { precision })
      return new JacobianSpectrum(backend.name, executable, compiled, inputs)
    }
    throw new Error(`Jacobian of ${graph.name}: ${reasons.join('; ')}`)
  }

  /** The spectrum at values and masks by parameter name. */
  ofState(state: ModelState): Spectrum {
    this.#executable.writeAll(packState(this.#program.layout, state))
    return this.#spectrum()
  }

  /** The spectrum at the present variables of a program of the same model, whose stacks are the same. */
  ofProgram(executable: Executable, layout: ParameterLayout): Spectrum {
    const names = new Set(layout.locations.map(({ variable }) => variable))
    this.#executable.writeAll(new Map([...names].map((name) => [name, executable.read(name)])))
    return this.#spectrum()
  }

  dispose(): void {
    this.#executable.dispose()
  }

  #spectrum(): Spectrum {
    const { classes, inputSize } = this.#program
    const each = Math.min(classes, inputSize)
    const values = new Float64Array(each * this.#inputs.length)
    this.#inputs.forEach((x, k) => {
      const jacobian = inputJacobian(this.#executable, this.#program, x)
      values.set(singularValues(jacobian, classes, inputSize), k * each)
    })
    return summariseSpectrum(values)
  }
}
