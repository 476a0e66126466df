/**
 * Images in class folders: the form of ImageNet (`train/<class>/…`, `val/<class>/…`) and of Tiny ImageNet.
 */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { BenchError } from '../../shared/contract/errors.ts'

export interface ImageFiles {
  readonly files: readonly string[]
  readonly labels: Uint16Array
}

export interface ClassFolders {
  readonly train: ImageFiles
  readonly test: ImageFiles
  readonly classNames: readonly string[]
  /** SHA-256 over names and sizes; contents are not read, the folder may hold hundreds of gigabytes. */
  readonly hash: string
}

const IMAGE = /\.(jpe?g|png|webp|bmp|gif|tiff?)$/i
const TEST_FOLDERS = ['val', 'validation', 'test'] as const

function imagesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && IMAGE.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

function byClass(folder: string, classNames: readonly string[]): ImageFiles {
  const files: string[] = []
  const labels: number[] = []
  for (const [label, name] of classNames.entries()) {
    if (!existsSync(join(folder, name))) continue
    for (const file of imagesIn(join(folder, name))) {
      files.push(file)
      labels.push(label)
    }
  }
  return { files, labels: Uint16Array.from(labels) }
}

/** Tiny ImageNet's validation set: one folder of images, and a table of file name and class. */
function byTable(folder: string, classNames: readonly string[]): ImageFiles {
  const known = new Map(classNames.map((name, label) => [name, label]))
  const files: string[] = []
  const labels: number[] = []
  for (const [row, line] of readFileSync(join(folder, 'val_annotations.txt'), 'utf8').split('\n').entries()) {
    const [file, name] = line.split('\t')
    if (!file) continue
    const label = known.get(name)
    if (label === undefined) {
      throw new BenchError(
        'bad-data',
        `${folder}/val_annotations.txt, line ${row + 1}: class ${name} is none of the ` +
          `${classNames.length} of the training folder`,
        'data.path',
      )
    }
    files.push(join(folder, 'images', file))
    labels.push(label)
  }
  return { files, labels: Uint16Array.from(labels) }
}

/**
 * Lists a folder of class folders. Throws BenchError('bad-data') that says which folder is missing and what
 * is expected.
 */
export function listClassFolders(root: string): ClassFolders {
  const trainFolder = join(root, 'train')
  if (!existsSync(trainFolder)) {
    throw new BenchError(
      'bad-data',
      `${root}: expected a folder \`train\` with one folder of images per class, ` +
        `and one of ${TEST_FOLDERS.map((name) => `\`${name}\``).join(', ')} of that form; ` +
        '`train` is not there',
      'data.path',
    )
  }
  const classNames = readdirSync(trainFolder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
  if (classNames.length < 2) {
    throw new BenchError(
      'bad-data',
      `${trainFolder}: expected at least 2 class folders, found ${classNames.length}`,
      'data.path',
    )
  }
  const testName = TEST_FOLDERS.find((name) => existsSync(join(root, name)))
  if (testName === undefined) {
    throw new BenchError('bad-data', `${root}: no folder ${TEST_FOLDERS.join(', ')} to test on`, 'data.path')
  }
  const testFolder = join(root, testName)
  const train = byClass(trainFolder, classNames)
  const test = existsSync(join(testFolder, 'val_annotations.txt'))
    ? byTable(testFolder, classNames)
    : byClass(testFolder, classNames)
  for (const [name, { files }] of [
    [trainFolder, train],
    [testFolder, test],
  ] as const) {
    if (files.length === 0)
      throw new BenchError(
        'bad-data',
        `${name}: no images (jpg, png, webp, bmp, gif, tiff) in class folders`,
        'data.path',
      )
  }
  const hash = createHash('sha256')
  for (const file of [...train.files, ...test.files]) {
    const found = statSync(file, { throwIfNoEntry: false })
    if (!found) throw new BenchError('bad-data', `${file}: listed, but not there`, 'data.path')
    hash.update(`${file.slice(root.length)} ${found.size}\n`)
  }
  return { train, test, classNames, hash: hash.digest('hex') }
}
