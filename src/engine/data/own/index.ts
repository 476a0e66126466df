/** A user's own data: read from a path of any known form, and opened as a data set. */
import { closeSync, openSync, readSync } from 'node:fs'
import { BenchError } from '../../../shared/contract/errors.ts'
import { sizeOf } from '../../../shared/graph/shapes.ts'
import type { RunSpec } from '../../../shared/spec/schema.ts'
import { decodePixels } from '../decode.ts'
import { encodedDataset } from '../folder-dataset.ts'
import type { ImageItems } from '../folder-dataset.ts'
import type { Images } from '../images.ts'
import { dataLimits } from '../../interchange/limits.ts'
import { memoryDataset } from '../memory-dataset.ts'
import { numbersDataset } from '../numbers-dataset.ts'
import { datasetOptions } from '../split.ts'
import type { Dataset } from '../types.ts'
import { readCsvData } from './csv.ts'
import { findOwnFiles } from './find.ts'
import { readNpzData } from './npz.ts'
import { readParquetData } from './parquet.ts'
import type { OnProgress } from './parquet.ts'
import { Findings } from './types.ts'
import { SPLITS } from './split.ts'
import type { OwnContent, PackedContent } from './types.ts'
import type { Split } from './split.ts'

const MOST_TOLD = 5
/** Side that images of many sizes are brought to where the specification names none. */
const USUAL_SIDE = 224
/** Images decoded side by side. */
const SIDE_BY_SIDE = 64

/** Reads what a path holds. What is wrong goes to the findings; null when it is not usable. */
export async function readOwnData(
  path: string,
  label: string,
  findings: Findings,
  onProgress?: OnProgress,
): Promise<OwnContent | null> {
  const files = findOwnFiles(path)
  if (files.form === 'npz') return readNpzData(files.file, findings)
  if (files.form === 'csv') return readCsvData(files.files, label, findings)
  return readParquetData(files.files, label, findings, onProgress)
}

/**
 * The same, for data that must be usable. Throws BenchError('bad-data') that says what is wrong with them.
 */
export async function readableOwnData(
  path: string,
  label: string,
  onProgress?: OnProgress,
): Promise<OwnContent> {
  const findings = new Findings()
  const content = await readOwnData(path, label, findings, onProgress)
  if (!content) throw unusable(path, findings.problems)
  return content
}

/** Opens a user's own data for a run. Throws BenchError('bad-data') that says what is wrong with them. */
export async function openOwnData(data: RunSpec['data'], onProgress?: OnProgress): Promise<Dataset> {
  return datasetOf(data, await readableOwnData(data.path, data.label, onProgress))
}

/** What was read, as a data set. Throws BenchError('bad-specification') for a size that cannot be had. */
export async function datasetOf(data: RunSpec['data'], content: OwnContent): Promise<Dataset> {
  const options = datasetOptions(data, 'pad')
  if (content.kind === 'packed') return packedDataset(data, content)
  const [side] = content.kind === 'bytes' ? content.train.shape : content.shape
  if (data.size !== 0 && data.size !== side) {
    throw new BenchError(
      'bad-specification',
      `data.size: ${data.size}, but ${content.form} data stay as they are (side ${side}); ` +
        `allowed are 0 and ` +
        `${side}. Encoded images (Parquet, folders) are resized`,
      'data.size',
    )
  }
  const dataset =
    content.kind === 'bytes'
      ? memoryDataset('file', content, options)
      : numbersDataset('file', content, options)
  return withNotes(dataset, content.notes)
}

function unusable(path: string, problems: readonly string[]): BenchError {
  const more = problems.length - MOST_TOLD
  return new BenchError(
    'bad-data',
    `${path}: ${problems.slice(0, MOST_TOLD).join('; ')}` +
      (more > 0 ? `; and ${more} more, which “lab data check file --path ${path}” lists` : ''),
    'data.path',
  )
}

function withNotes(dataset: Dataset, notes: readonly string[]): Dataset {
  return Object.assign(dataset, { notes })
}

/**
 * Whether encoded images are fed as they are, from memory: of one size, which is the one asked for, and few.
 */
function isExact({ pack: { size, gray }, labels }: PackedContent, asked: number): boolean {
  if (size === null || (asked !== 0 && (asked !== size[0] || asked !== size[1]))) return false
  const count = SPLITS.reduce((sum, split) => sum + labels[split].length, 0)
  return count * size[0] * size[1] * (gray ? 1 : 3) <= dataLimits().memory
}

/** Side of the square that other images are brought to. */
const sideOf = (size: readonly [number, number] | null, asked: number): number =>
  asked || (size ? Math.min(...size) : USUAL_SIDE)

/** Shape of an example as it is fed; `asked` is data.size. */
export function contentShape(content: OwnContent, asked: number): readonly number[] {
  if (content.kind === 'bytes') return content.train.shape
  if (content.kind === 'numbers') return content.shape
  const { size, gray } = content.pack
  if (size && isExact(content, asked)) return [...size, gray ? 1 : 3]
  const side = sideOf(size, asked)
  return [side, side, 3]
}

/**
 * Images of one size come into memory as they are, where they fit; others are decoded as batches need them,
 * cropped and resized to a square.
 */
async function packedDataset(data: RunSpec['data'], content: PackedContent): Promise<Dataset> {
  const { pack, labels, classNames, hash, notes } = content
  if (pack.size && isExact(content, data.size)) {
    const images = await decodedAll(content, [...pack.size, pack.gray ? 1 : 3])
    const validation = labels.validation.length > 0 ? images.validation : null
    const set = { train: images.train, validation, test: images.test, classNames, hash }
    return withNotes(memoryDataset('file', set, datasetOptions(data, 'pad')), notes)
  }
  const items = (split: Split): ImageItems => ({
    labels: labels[split],
    at: (k) => ({
      file: pack.file,
      part: { start: pack.splits[split].starts[k], length: pack.splits[split].lengths[k] },
    }),
  })
  const side = sideOf(pack.size, data.size)
  const validation = labels.validation.length > 0 ? items('validation') : null
  const source = { train: items('train'), validation, test: items('test'), classNames, hash }
  const centre = pack.size ? 1 : 0.875
  const dataset = await encodedDataset('file', source, {
    ...datasetOptions(data, 'resized'),
    size: side,
    centre,
  })
  const told = pack.size ? [] : [`images of many sizes are cropped and resized to ${side} × ${side}`]
  return withNotes(dataset, [...notes, ...told])
}

/** All images as bytes of one shape. */
async function decodedAll(
  { pack, labels }: PackedContent,
  shape: readonly [number, number, number],
): Promise<Record<Split, Images>> {
  const handle = openSync(pack.file, 'r')
  const size = sizeOf(shape)
  const decoded = async (split: Split): Promise<Images> => {
    const { starts, lengths } = pack.splits[split]
    const count = labels[split].length
    const pixels = new Uint8Array(count * size)
    const one = async (k: number): Promise<void> => {
      const bytes = new Uint8Array(lengths[k])
      readSync(handle, bytes, 0, bytes.length, starts[k])
      put(await decodePixels(bytes, `${split} image ${k}`), shape[2], pixels, k * size)
    }
    for (let start = 0; start < count; start += SIDE_BY_SIDE) {
      const rows = Array.from({ length: Math.min(SIDE_BY_SIDE, count - start) }, (_, i) => start + i)
      await Promise.all(rows.map(one))
    }
    return { count, shape, pixels, labels: labels[split] }
  }
  try {
    return {
      train: await decoded('train'),
      validation: await decoded('validation'),
      test: await decoded('test'),
    }
  } finally {
    closeSync(handle)
  }
}

/** An image into its place: gray into colour is three times the same; alpha is left out. */
function put(
  { pixels, channels: has }: { pixels: Uint8Array; channels: number },
  channels: number,
  out: Uint8Array,
  at: number,
): void {
  const count = pixels.length / has
  for (let i = 0; i < count; i++) {
    for (let c = 0; c < channels; c++) out[at + i * channels + c] = pixels[i * has + (has >= 3 ? c : 0)]
  }
}
