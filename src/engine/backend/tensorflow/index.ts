/** The backend `tensorflow`: a program becomes a SavedModel, a function of it one native call. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BenchError } from '../../../shared/contract/errors.ts'
import { sizeOf } from '../../../shared/graph/shapes.ts'
import type { ResidentExamples } from '../../program/examples.ts'
import { encodeSavedModel } from '../../graphdef/messages.ts'
import type { SavedModel } from '../../graphdef/messages.ts'
import { OPS } from '../../ops/index.ts'
import { findNativeLibrary, loadNativeLibrary } from './native-library.ts'
import type { NativeBinding } from './native-library.ts'
import { TensorFlowExecutable } from './executable.ts'
import { lowerProgram } from './program.ts'
import type { Device } from './series.ts'
import type { Backend, BackendDescription, CompileOptions, Executable } from '../../program/backend.ts'
import type { Program } from '../../program/types.ts'

/**
 * Variables of a program at most, on the CPU. TensorFlow's arena doubles its regions, and Electron's
 * allocator ends the process at a request of 2 GB. A step needs the variables, the gradients and the slices
 * of stacks: 0.7 GB of variables were seen to train, 1.8 GB were not.
 */
const MOST_GIGABYTES = 1

/** Whether TensorFlow takes memory from an arena; each of the two switches has one. */
function growsByDoubling(): boolean {
  const { TF_CPU_ALLOCATOR_USE_BFC: arena, TF_ENABLE_ONEDNN_OPTS: kernels } = process.env
  return !(['false', '0'].includes(arena ?? '') && ['false', '0'].includes(kernels ?? ''))
}

/**
 * Loads TensorFlow. Graphs are written for the device that it finds, or for the one given.
 * @throws BenchError `unavailable` when it is not there.
 */
export function openTensorFlow(device: Device | null = null): Backend {
  loadNativeLibrary()
  return new TensorFlowBackend(device)
}

/**
 * The backend without its library, which the first compilation loads (half a second, 370 MB).
 * @throws BenchError `unavailable` when the library's file is not there; that it does not load shows later.
 */
export function lazyTensorFlow(): Backend {
  findNativeLibrary()
  return new TensorFlowBackend(null)
}

class TensorFlowBackend implements Backend {
  readonly name = 'tensorflow'
  readonly #writtenFor: Device | null

  constructor(writtenFor: Device | null) {
    this.#writtenFor = writtenFor
  }

  get #binding(): NativeBinding {
    return loadNativeLibrary()
  }

  get #device(): Device {
    return this.#binding.isUsingGpuDevice() ? 'gpu' : 'cpu'
  }

  describe(): BackendDescription {
    return {
      name: this.name,
      device: this.#device,
      version: this.#binding.TF_Version,
    }
  }

  refuses(program: Program): readonly string[] {
    const names = new Set(program.functions.flatMap((definition) => definition.nodes.map((node) => node.op)))
    names.delete('variable')
    names.delete('placeholder')
    const known: Readonly<Record<string, unknown>> = OPS
    const unknown = [...names].filter((name) => !Object.hasOwn(known, name))
    const odd = program.variables.filter((variable) => variable.type.dtype !== 'float')
    const gigabytes = variableGigabytes(program)
    return [
      ...(gigabytes > MOST_GIGABYTES && this.#device === 'cpu' && growsByDoubling()
        ? [
            `its variables take ${gigabytes.toFixed(1)} GB, TensorFlow's arena holds ${MOST_GIGABYTES}; ` +
              'set TF_CPU_ALLOCATOR_USE_BFC=false and TF_ENABLE_ONEDNN_OPTS=0 to do without the arena',
          ]
        : []),
      ...unknown.map((name) => `the op ${name} is not known`),
      ...odd.map(
        (variable) =>
          `the variable ${variable.name} is ${variable.type.dtype}; only float variables can be kept`,
      ),
    ]
  }

  async compile(program: Program, options: CompileOptions = {}): Promise<Executable> {
    if (options.precision === 'float64') {
      throw new BenchError(
        'impossible',
        'the tensorflow backend computes in float32 only; float64 needs the reference backend',
        'backend',
      )
    }
    const reasons = this.refuses(program)
    if (reasons.length > 0)
      throw new BenchError(
        'impossible',
        `the tensorflow backend cannot run this: ${reasons.join('; ')}`,
        'backend',
      )
    options.onProgress?.('write graph', 0)
    const lowered = lowerProgram(program, {
      examples: this.#kept(program, options.examples),
      device: this.#writtenFor ?? this.#device,
    })
    options.onProgress?.('load graph', 0.5)
    const session = loadModel(this.#binding, lowered.model)
    options.onProgress?.('load graph', 1)
    return new TensorFlowExecutable(this.#binding, session, lowered, options)
  }

  /** The examples, where they have room beside the variables. */
  #kept(program: Program, examples: ResidentExamples | undefined): ResidentExamples | null {
    if (!examples) return null
    const gigabytes = variableGigabytes(program) + examples.pixels.length / 2 ** 30
    return gigabytes <= MOST_GIGABYTES ? examples : null
  }
}

function variableGigabytes(program: Program): number {
  return program.variables.reduce((sum, { type }) => sum + 4 * sizeOf(type.shape), 0) / 2 ** 30
}

/** The folder is private to this user and gone when the model is loaded. */
function loadModel(binding: NativeBinding, model: SavedModel): number {
  const folder = mkdtempSync(join(tmpdir(), 'givens-bench-'))
  try {
    writeFileSync(join(folder, 'saved_model.pb'), encodeSavedModel(model))
    return binding.loadSavedModel(folder, model.tags.join())
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
