/**
 * The backends, by name. To add one: write it behind `Backend`, add a line to LOADERS and one to AUTO_ORDER,
 * run test/engine/backend against it. Loaders import lazily: naming a backend must not load its libraries.
 */
import { BenchError } from '../../shared/contract/errors.ts'
import type { BackendInfo } from '../../shared/contract/lab.ts'
import type { Backend } from './types.ts'

const LOADERS = {
  tensorflow: async () => (await import('./tensorflow.ts')).openTensorFlow(),
  sparse: async () => (await import('./sparse.ts')).sparseBackend,
  reference: async () => (await import('./reference.ts')).referenceBackend,
} as const satisfies Record<string, () => Promise<Backend>>

export type BackendName = keyof typeof LOADERS

/** Best first: what `auto` takes. */
const AUTO_ORDER: readonly BackendName[] = ['tensorflow', 'reference']

export const BACKEND_NAMES = Object.keys(LOADERS) as readonly BackendName[]

/**
 * Opens a backend, or with `auto` the first of AUTO_ORDER that is available.
 * @throws BenchError `unavailable` when the backend cannot be loaded, `bad-input` for an unknown name.
 */
export async function openBackend(name: string): Promise<Backend> {
  if (name === 'auto') return openBackend(await autoBackend())
  return loaderOf(name)()
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
