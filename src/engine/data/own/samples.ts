/** A few examples of a user's own data: pictures, or rows of a table. */
import { closeSync, openSync, readSync } from 'node:fs'
import type { DataSamples, DataTable } from '../../../shared/contract/data.ts'
import { BenchError } from '../../../shared/contract/errors.ts'
import { decodeImage } from '../decode.ts'
import { imagesByClass, picture, rowsByClass, SAMPLE_SIDE } from '../sample-pictures.ts'
import { readOwnData } from './index.ts'
import { Findings } from './types.ts'
import type { NumbersContent, PackedContent } from './types.ts'

const MOST_COLUMNS = 12
const MOST_ROWS = 24

function table({ columns, shape, train, classNames }: NumbersContent, perClass: number): DataTable {
  const [features] = shape
  const shown = Math.min(features, MOST_COLUMNS)
  const each = Math.max(1, Math.min(perClass, Math.floor(MOST_ROWS / classNames.length)))
  const rows = rowsByClass(train.labels, Math.min(classNames.length, MOST_ROWS), each)
  return {
    columns: Array.from({ length: shown }, (_, k) => columns?.[k] ?? `feature ${k + 1}`),
    omitted: features - shown,
    rows: rows.flatMap((examples, label) =>
      examples.map((row) => ({
        label,
        values: Array.from({ length: shown }, (_, k) => train.values[row * features + k]),
      })),
    ),
  }
}

/** Float images as bytes, from the least to the greatest of those shown. */
function floatImages({ train, shape, classNames }: NumbersContent, perClass: number, classes: number) {
  const [height, width, channels] = shape
  const size = height * width * channels
  const rows = rowsByClass(train.labels, Math.min(classes, classNames.length), perClass)
  let [low, high] = [Infinity, -Infinity]
  for (const row of rows.flat()) {
    for (let i = 0; i < size; i++) {
      low = Math.min(low, train.values[row * size + i])
      high = Math.max(high, train.values[row * size + i])
    }
  }
  const scale = high > low ? 255 / (high - low) : 0
  return rows.flatMap((examples, label) =>
    examples.map((row) => {
      const pixels = Uint8Array.from({ length: size }, (_, i) => (train.values[row * size + i] - low) * scale)
      return { label, image: picture(pixels, height, width) }
    }),
  )
}

function packed({ pack, labels, classNames }: PackedContent, perClass: number, classes: number) {
  const handle = openSync(pack.file, 'r')
  try {
    return rowsByClass(labels.train, Math.min(classes, classNames.length), perClass).flatMap((rows, label) =>
      rows.map((row) => {
        const bytes = new Uint8Array(pack.splits.train.lengths[row])
        readSync(handle, bytes, 0, bytes.length, pack.splits.train.starts[row])
        const request = { file: `image ${row}`, size: SAMPLE_SIDE, draw: null, centre: 1 }
        return { label, image: picture(decodeImage(bytes, request), SAMPLE_SIDE, SAMPLE_SIDE) }
      }),
    )
  } finally {
    closeSync(handle)
  }
}

/** Throws BenchError('bad-data') where the data cannot be read. */
export async function sampleOwnData(
  path: string,
  label: string,
  perClass: number,
  classes: number,
): Promise<DataSamples> {
  const findings = new Findings()
  const content = await readOwnData(path, label, findings)
  if (!content) throw new BenchError('bad-data', `${path}: ${findings.problems[0]}`, 'data.path')
  const { classNames } = content
  const omitted = Math.max(0, classNames.length - classes)
  if (content.kind === 'numbers' && content.shape.length === 1)
    return { classNames, omitted: 0, samples: [], table: table(content, perClass) }
  const samples =
    content.kind === 'bytes'
      ? imagesByClass(content.train, Math.min(classes, classNames.length), perClass)
      : content.kind === 'numbers'
        ? floatImages(content, perClass, classes)
        : packed(content, perClass, classes)
  return { classNames, omitted, samples, table: null }
}
