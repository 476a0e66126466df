/** MNIST from its four original IDX files (LeCun, Cortes and Burges), 60,000 + 10,000 images of 28 × 28. */
import { BenchError } from '../../shared/contract/errors.ts'
import { findFile, missingFiles, readWhole, sha256 } from './files.ts'
import { idxLength, parseIdx } from './idx.ts'
import type { Images, ImageSet } from './images.ts'

export const IDX_FILES = [
  'train-images-idx3-ubyte',
  'train-labels-idx1-ubyte',
  't10k-images-idx3-ubyte',
  't10k-labels-idx1-ubyte',
] as const

/** Folders that archives and other programs make of MNIST-like sets. */
const IDX_FOLDERS = ['raw', 'MNIST/raw', 'FashionMNIST/raw', 'mnist', 'MNIST', 'fashion-mnist', 'archive']

/** One of the four files, also as others spell it (train-images.idx3-ubyte). */
export function findIdxFile(folder: string, name: string): string | null {
  return findFile(folder, [name, name.replace('-idx', '.idx')], IDX_FOLDERS)
}

const DIGITS = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']

function split(
  images: Uint8Array,
  labels: Uint8Array,
  imageFile: string,
  labelFile: string,
  classes: number,
): Images {
  const pixels = parseIdx(images, 3, imageFile)
  const parsed = parseIdx(labels, 1, labelFile)
  if (pixels.shape[0] !== parsed.shape[0]) {
    throw new BenchError(
      'bad-data',
      `${labelFile}: ${parsed.shape[0]} labels for the ${pixels.shape[0]} images of ${imageFile}`,
      labelFile,
    )
  }
  const wrong = parsed.data.findIndex((label) => label >= classes)
  if (wrong >= 0) {
    throw new BenchError(
      'bad-data',
      `${labelFile}: label ${parsed.data[wrong]} of image ${wrong}, allowed are 0 to ${classes - 1}`,
      labelFile,
    )
  }
  return {
    count: pixels.shape[0],
    shape: [pixels.shape[1], pixels.shape[2], 1],
    pixels: pixels.data,
    labels: Uint16Array.from(parsed.data),
  }
}

/**
 * Reads the four IDX files of an MNIST-like set. Throws BenchError('bad-data') naming the file and the
 * defect.
 */
export function readIdxSet(
  set: string,
  folder: string,
  classNames: readonly string[],
  fetchable: boolean,
): ImageSet {
  const paths = IDX_FILES.map((name) => findIdxFile(folder, name))
  const missing = IDX_FILES.filter((_, i) => paths[i] === null)
  if (missing.length > 0) throw missingFiles(set, folder, missing, fetchable)
  const files = paths.filter((path) => path !== null)
  const bytes = files.map((path) => readWhole(path, idxLength))
  return {
    train: split(bytes[0], bytes[1], files[0], files[1], classNames.length),
    test: split(bytes[2], bytes[3], files[2], files[3], classNames.length),
    classNames,
    hash: sha256(...bytes),
  }
}

export function readMnist(folder: string): ImageSet {
  return readIdxSet('mnist', folder, DIGITS, true)
}
