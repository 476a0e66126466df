/**
 * The backends, by name. To add one: write it behind `Backend`, add a line to LOADERS and one to AUTO_ORDER,
 * run test/engine/backend against it. Loaders import lazily: naming a backend must not load its libraries.
 */
import { createHash } from 'node:crypto'
import { statSync } from 'node:fs'
import { BenchError } from '../../shared/contract/errors.ts'
import type { BackendInfo } from '../../shared/contract/lab.ts'
import { findNativeLibrary } from './tensorflow/native-library.ts'
import type { Backend } from '../program/backend.ts'

const LOADERS = {
  tensorflow: async () => (await import('./tensorflow/index.ts')).openTensorFlow(),
  sparse: async () => (await import('./sparse/index.ts')).sparseBackend,
  reference: async () => (await import('./reference/index.ts')).referenceBackend,
} as const satisfies Record<string, () => Promise<Backend>>

export type BackendName = keyof typeof LOADERS

/** Best first: what `auto` takes for all but training, which takes the fastest (train/trainer.ts). */
const AUTO_ORDER: readonly BackendName[] = ['tensorflow', 'reference']

/** All backends, installed or not. */
export const BACKEND_NAMES = Object.keys(LOADERS) as readonly BackendName[]

/**
 * Opens a backend, or with `auto` the first of AUTO_ORDER that is available.
 * @throws BenchError `unavailable` when the backend cannot be loaded, `bad-input` for an unknown name.
 */
export async function openBackend(name: string): Promise<Backend> {
  if (name === 'auto') return openBackend(await autoBackend())
  return loaderOf(name)()
}

/**
 * The backends that may train a run, none of their libraries loaded yet: the one named, or with `auto` all
 * that are installed.
 * @throws BenchError `unavailable`, `bad-input` as openBackend does.
 */
export async function trainingBackends(name: string): Promise<readonly Backend[]> {
  if (name === 'tensorflow') return [(await import('./tensorflow/index.ts')).lazyTensorFlow()]
  if (name !== 'auto') return [await openBackend(name)]
  const installed = await Promise.all(BACKEND_NAMES.map(ifInstalled))
  return installed.flat()
}

async function ifInstalled(name: BackendName): Promise<readonly Backend[]> {
  try {
    return await trainingBackends(name)
  } catch (error) {
    if (error instanceof BenchError && error.code === 'unavailable') return []
    throw error
  }
}

/**
 * The best backend for all but training, opened by its first program: many runs have none, and loading
 * TensorFlow would be most of their start.
 */
export async function lazyBackend(): Promise<Backend> {
  const [tensorflow] = await ifInstalled('tensorflow')
  const reference = await openBackend('reference')
  if (!tensorflow) return reference
  const compile: Backend['compile'] = async (program, options) => {
    try {
      return await tensorflow.compile(program, options)
    } catch (error) {
      if (error instanceof BenchError && error.code === 'unavailable')
        return reference.compile(program, options)
      throw error
    }
  }
  return {
    name: tensorflow.name,
    describe: () => tensorflow.describe(),
    refuses: (program) => tensorflow.refuses(program),
    compile,
  }
}

/**
 * Changes with whatever a backend's speed depends on besides the machine: its kernels, its library's file.
 * Loads nothing.
 */
export async function buildOf(name: string): Promise<string> {
  if (name === 'sparse') {
    const { packedKernels } = await import('./sparse/run/kernel-file.ts')
    return createHash('sha256').update(packedKernels()).digest('hex').slice(0, 16)
  }
  if (name !== 'tensorflow') return ''
  try {
    const { size, mtimeMs } = statSync(findNativeLibrary())
    return `${size}-${Math.round(mtimeMs)}`
  } catch (error) {
    if (error instanceof BenchError && error.code === 'unavailable') return ''
    throw error
  }
}

/** The name that `auto` stands for on this machine. The reference backend is always there. */
export async function autoBackend(): Promise<BackendName> {
  const infos = await describeBackends()
  return AUTO_ORDER.find((name) => infos.some((info) => info.name === name && info.available)) ?? 'reference'
}

/** All backends, with the reason why one is not available. Never throws; loads them all. */
export async function describeBackends(): Promise<readonly BackendInfo[]> {
  return Promise.all(BACKEND_NAMES.map(describe))
}

async function describe(name: BackendName): Promise<BackendInfo> {
  try {
    const { device, version } = (await LOADERS[name]()).describe()
    return { name, available: true, device, version, reason: null }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { name, available: false, device: '', version: '', reason }
  }
}

function loaderOf(name: string): () => Promise<Backend> {
  if (Object.hasOwn(LOADERS, name)) return LOADERS[name as BackendName]
  throw new BenchError(
    'bad-input',
    `unknown backend ${name}; allowed: auto, ${BACKEND_NAMES.join(', ')}`,
    'backend',
  )
}
