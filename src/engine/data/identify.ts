/** What data are, without opening them for training: their hash, the shape of an example, their classes. */
import { existsSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { BenchError } from '../../shared/contract/errors.ts'
import type { RunSpec } from '../../shared/spec/schema.ts'
import { listClassFolders } from './class-folders.ts'
import { dataFamily } from './families.ts'
import { folderContent } from './folder-content.ts'
import { dataFolder } from './index.ts'
import { contentShape, readableOwnData } from './own/index.ts'
import { findOwnFiles } from './own/find.ts'
import { openText, stateOfText } from './text/index.ts'

export interface DataIdentity {
  readonly hash: string
  /** What earlier versions of the bench recorded for the same data; null where that is the same. */
  readonly formerHash: string | null
  readonly shape: readonly number[]
  readonly classes: number
}

export type DataPlace = Pick<
  RunSpec['data'],
  'name' | 'path' | 'label' | 'size' | 'unit' | 'context' | 'validation' | 'test'
>

/** What says where data lie and how they are read. */
export function dataPlace(data: DataPlace): DataPlace {
  const { name, path, label, size, unit, context, validation, test } = data
  return { name, path, label, size, unit, context, validation, test }
}

/** Throws BenchError('bad-data') for data that are not there or not readable; nothing is fetched. */
export async function identifyData(data: DataPlace): Promise<DataIdentity> {
  const family = dataFamily(data.name)
  if (family.form === 'own') {
    const content = await readableOwnData(data.path, data.label)
    const { hash, classNames } = content
    return { hash, formerHash: null, shape: contentShape(content, data.size), classes: classNames.length }
  }
  if (family.form === 'text') {
    const { hash, shape, classes } = openText(data)
    return { hash, formerHash: null, shape, classes }
  }
  const folder = dataFolder(data)
  if (!existsSync(folder))
    throw new BenchError('bad-data', `${data.name}: ${folder} is not there; ${family.expects}`, 'data.path')
  if (family.form === 'memory') {
    const { hash, train, classNames } = family.read(folder)
    return { hash, formerHash: null, shape: train.shape, classes: classNames.length }
  }
  const folders = listClassFolders(folder)
  const { hash } = folderContent(folders)
  const side = data.size || family.size
  return { hash, formerHash: folders.listHash, shape: [side, side, 3], classes: folders.classNames.length }
}

/**
 * A text that changes when a user's own files do: their names, sizes and times. Throws BenchError('bad-data')
 * where there are none.
 */
export function stateOfOwnData(data: DataPlace): string {
  const { path, label, size } = data
  if (data.name === 'text') return stateOfText(data)
  const found = findOwnFiles(path)
  const files =
    found.form === 'npz'
      ? [found.file]
      : [...found.files.values()].flatMap((each) => (typeof each === 'string' ? [each] : each))
  const states = files.map((file) => {
    const { size: bytes, mtimeMs, ctimeMs, ino } = statSync(file)
    return `${resolve(file)} ${bytes} ${mtimeMs} ${ctimeMs} ${ino}`
  })
  return JSON.stringify([label, size, ...states])
}
