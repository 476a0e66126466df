/** A user's own folder that stands for a data set: a link under the set's name in the bench's store. */
import { existsSync, lstatSync, readlinkSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { makeFolder } from './make-folder.ts'
import { BenchError } from '../../shared/contract/errors.ts'
import { OWN_FILES } from '../../shared/spec/data-schema.ts'
import type { DataName } from '../../shared/contract/data.ts'
import { dataFolder } from './index.ts'

/** Where a link in the store leads, whether or not the folder is still there; null for what is no link. */
export function linkOf(folder: string): string | null {
  const found = lstatSync(folder, { throwIfNoEntry: false })
  return found?.isSymbolicLink() ? resolve(dirname(folder), readlinkSync(folder)) : null
}

/**
 * Makes a folder stand for a data set in every run that names none, or (null) takes that back. Nothing is
 * copied or removed. Throws BenchError('not-found') for a folder that is not there, BenchError('conflict')
 * when the store holds the set itself.
 */
export function linkData(name: DataName, path: string | null): void {
  if (OWN_FILES.includes(name))
    throw new BenchError(
      'bad-input',
      'Own data are named by data.path in each run; there is no link for them.',
      'name',
    )
  const folder = dataFolder({ name, path: '' })
  const link = linkOf(folder)
  if (path === '') throw new BenchError('bad-input', 'The path is empty.', 'path')
  if (path !== null && !statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
    throw new BenchError('not-found', `${path} is no folder that can be read.`, 'path')
  }
  if (link === null && existsSync(folder)) {
    throw new BenchError(
      'conflict',
      `${name} is in the bench's store itself (${folder}). Remove that folder first, ` +
        'or name another in data.path.',
      'name',
    )
  }
  if (link !== null) rmSync(folder)
  if (path === null) return
  makeFolder(dirname(folder))
  // A junction asks for no rights on Windows; elsewhere the kind is ignored.
  symlinkSync(resolve(path), folder, 'junction')
}
