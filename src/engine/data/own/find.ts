/**
 * Which form a path has: one file, or a folder of files by split. Told by content where a name says nothing.
 */
import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { BenchError } from '../../../shared/contract/errors.ts'
import type { Split } from './split.ts'

export type OwnFiles =
  | { readonly form: 'npz'; readonly file: string }
  | { readonly form: 'csv'; readonly files: ReadonlyMap<Split, string> }
  | { readonly form: 'parquet'; readonly files: ReadonlyMap<Split, readonly string[]> }

export const OWN_EXPECTS =
  'expected are an .npz (x_train, y_train, x_test, y_test), a .parquet or a folder of train-*.parquet and ' +
  'test-*.parquet, or a .csv or a folder of train.csv and test.csv'

const fail = (message: string): never => {
  throw new BenchError('bad-data', message, 'data.path')
}

function head(file: string): Uint8Array {
  const bytes = new Uint8Array(4)
  const handle = openSync(file, 'r')
  try {
    return bytes.subarray(0, readSync(handle, bytes, 0, 4, 0))
  } finally {
    closeSync(handle)
  }
}

function formOf(file: string): 'npz' | 'csv' | 'parquet' {
  const start = new TextDecoder('latin1').decode(head(file))
  if (start === 'PAR1') return 'parquet'
  if (start.startsWith('PK')) return 'npz'
  if (/\.parquet$/i.test(file)) return fail(`${file} is no Parquet file: it does not begin with PAR1`)
  if (/\.npz$/i.test(file)) return fail(`${file} is no NumPy archive: it does not begin as a zip does`)
  if (/\.(csv|tsv|txt|data)$/i.test(file)) return 'csv'
  return fail(`${file} has none of the known forms; ${OWN_EXPECTS}`)
}

/** The split that a file's name says, as the Hugging Face hub and scikit-learn users write it. */
function splitOf(name: string): Split | null {
  if (/^train/i.test(name)) return 'train'
  if (/^test/i.test(name)) return 'test'
  return /^(val|valid|validation|dev)([-_.]|$)/i.test(name) ? 'validation' : null
}

/** Folders that archives, disks and network storage put beside what is theirs. */
const OF_SYSTEMS: ReadonlySet<string> = new Set(['__MACOSX', '@eaDir', 'lost+found', '$RECYCLE.BIN'])

/** Entries of a folder that are somebody's: hidden ones, AppleDouble and notebook copies are not. */
export const isOurs = (name: string): boolean => !name.startsWith('.') && !OF_SYSTEMS.has(name)

/** Finds what a path holds. Throws BenchError('bad-data') that says what is expected. */
export function findOwnFiles(path: string): OwnFiles {
  const found = statSync(path, { throwIfNoEntry: false })
  if (!found) return fail(`${path} is not there; ${OWN_EXPECTS}`)
  if (found.isFile()) {
    if (found.size === 0) return fail(`${path} is empty (0 bytes)`)
    const form = formOf(path)
    if (form === 'npz') return { form, file: path }
    return form === 'csv'
      ? { form, files: new Map([['train', path]]) }
      : { form, files: new Map([['train', [path]]]) }
  }
  if (!found.isDirectory()) return fail(`${path} is no ordinary file or folder (a device or a pipe)`)
  return inFolder(path)
}

function inFolder(folder: string): OwnFiles {
  // The hub keeps shards in a folder `data`, or in one folder for each split.
  const places = [folder, join(folder, 'data')]
  for (const place of places) {
    if (!statSync(place, { throwIfNoEntry: false })?.isDirectory()) continue
    const names = readdirSync(place).filter(isOurs).sort()
    const inSplits = names
      .filter((name) => splitOf(name) !== null && statSync(join(place, name)).isDirectory())
      .flatMap((name) =>
        readdirSync(join(place, name))
          .filter(isOurs)
          .sort()
          .map((each) => `${name}/${each}`),
      )
    const all = [...names, ...inSplits]
    for (const form of ['parquet', 'csv'] as const) {
      const files = bySplit(
        place,
        all.filter((name) => name.toLowerCase().endsWith(`.${form}`)),
      )
      if (files.size === 0) continue
      if (!files.has('train')) return fail(`${place}: no ${form} file of the training set (train-….${form})`)
      if (form === 'parquet') return { form, files }
      const many = [...files].find(([, each]) => each.length > 1)
      if (many) return fail(`${place}: ${many[1].length} CSV files for the ${many[0]} set, one is expected`)
      return { form, files: new Map([...files].map(([split, each]) => [split, each[0]])) }
    }
    const npz = names.filter((name) => name.toLowerCase().endsWith('.npz'))
    if (npz.length === 1) return { form: 'npz', file: join(place, npz[0]) }
  }
  return fail(
    `${folder}: no file of a known form; ${OWN_EXPECTS}. Folders of images, one for each class, are data ` +
      'image-folder',
  )
}

function bySplit(folder: string, names: readonly string[]): Map<Split, string[]> {
  const files = new Map<Split, string[]>()
  const split = names.map((name) => [name, splitOf(name)] as const)
  // Without any split in the names, all files are one set.
  const none = split.every(([, each]) => each === null)
  for (const [name, each] of split) {
    const of = none ? 'train' : each
    if (of !== null) files.set(of, [...(files.get(of) ?? []), join(folder, name)])
  }
  return files
}
