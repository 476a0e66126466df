/**
 * Finds and loads TensorFlow's C library through the native binding that @tensorflow/tfjs-node-gpu carries.
 *
 * The binding is loaded by itself, without the package's JavaScript: that saves half a second and 30 MB a
 * thread, and its calls are all that a compiled graph needs. It must not be loaded in Electron's main
 * process, where it crashes; worker threads each get an instance of their own.
 */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { BenchError } from '../../../shared/contract/errors.ts'
import { bindingOfUser } from './fetched.ts'

/** What a call returns about a tensor that it created. */
export interface TensorMetadata {
  readonly id: number
  readonly shape: readonly number[]
  readonly dtype: number
}

/** The part of the binding's interface that the bench uses. Tensors live until deleteTensor. */
export interface NativeBinding {
  readonly TF_Version: string
  /**
   * Shares the memory of `data` where its alignment allows: leave `data` alone until the tensor is deleted.
   */
  createTensor(shape: readonly number[], dtype: number, data: Float32Array | Int32Array | Uint8Array): number
  deleteTensor(id: number): void
  /** A copy. */
  tensorDataSync(id: number): Float32Array | Int32Array | Uint8Array
  loadSavedModel(folder: string, tags: string): number
  deleteSavedModel(id: number): void
  /** Names are joined by commas, each `node:output`. */
  runSavedModel(
    id: number,
    inputs: readonly number[],
    inputNames: string,
    outputNames: string,
  ): readonly TensorMetadata[]
  getNumOfTensors(): number
  getNumOfSavedModels(): number
  isUsingGpuDevice(): boolean
}

/**
 * Variables that TensorFlow reads once, when its library is loaded. Whoever starts a process for the engine
 * passes them on; a worker thread cannot set them by itself, since its `process.env` is a copy. oneDNN's
 * kernels stay on (a step of the 100-layer MLP takes half the time of Eigen's). Tensors come from
 * TensorFlow's own arena: the process's allocator gives memory back to the system after every step and takes
 * it again, which was a third of the processor time of a step of the 1000-layer MLP.
 */
export const NATIVE_ENVIRONMENT: Readonly<Record<string, string>> = {
  TF_CPP_MIN_LOG_LEVEL: '2',
  TF_ENABLE_ONEDNN_OPTS: '1',
  TF_CPU_ALLOCATOR_USE_BFC: 'true',
  TF_FORCE_GPU_ALLOW_GROWTH: 'true',
}

/**
 * Keeps the library mapped when the thread that loaded it ends (dlopen(3); Node unloads a thread's addons):
 * its exit handlers stay registered, and a process that ends would call into memory that is gone.
 */
const RTLD_NODELETE = process.platform === 'linux' ? 0x1000 : process.platform === 'darwin' ? 0x80 : 0

const PACKAGE = '@tensorflow/tfjs-node-gpu'
let loaded: NativeBinding | null = null

/**
 * Path of the binding's file: in a checkout that of its packages, in an installed program, which carries
 * none, that of the TensorFlow which the user had fetched. Throws BenchError `unavailable` where it is not.
 */
export function findNativeLibrary(): string {
  const root = packageFolder()
  const file = root === null ? bindingOfUser() : join(root, 'lib', 'napi-v8', 'tfjs_binding.node')
  if (file !== null && existsSync(file)) return file
  throw new BenchError(
    'unavailable',
    'TensorFlow is not installed: its native binding is missing; “doctor” tells how to get it',
    'tensorflow',
  )
}

function packageFolder(): string | null {
  try {
    return dirname(createRequire(import.meta.url).resolve(`${PACKAGE}/package.json`))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND') return null
    throw error
  }
}

/**
 * Loads TensorFlow (0.5 s, 370 MB), once a thread.
 * @throws BenchError `unavailable` with the loader's own words, when a library is missing or does not fit.
 */
export function loadNativeLibrary(file: string = findNativeLibrary()): NativeBinding {
  if (loaded) return loaded
  for (const [name, value] of Object.entries(NATIVE_ENVIRONMENT)) process.env[name] ??= value
  try {
    const module: { exports: unknown } = { exports: {} }
    process.dlopen(module, file, constants.dlopen.RTLD_NOW | RTLD_NODELETE)
    loaded = module.exports as NativeBinding
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new BenchError(
      'unavailable',
      `TensorFlow's native library does not load: ${reason}`,
      'tensorflow',
      { cause: error },
    )
  }
  return loaded
}
