/** Pictures of a data set, a few of each class, for the page that shows what it holds. */
import { existsSync, readFileSync } from 'node:fs'
import { Transformer } from '@napi-rs/image'
import type { DataName, DataSample, DataSamples } from '../../shared/contract/data.ts'
import { BenchError } from '../../shared/contract/errors.ts'
import { listClassFolders } from './class-folders.ts'
import { decodeImage } from './decode.ts'
import { dataFamily } from './families.ts'
import type { Images } from './images.ts'
import { dataFolder } from './index.ts'

/** Side of the pictures of image folders. */
const FOLDER_SIDE = 64

function png(pixels: Uint8Array, height: number, width: number): string {
  const count = height * width
  const channels = pixels.length / count
  const rgba = new Uint8Array(4 * count).fill(255)
  for (let i = 0; i < count; i++) {
    for (let c = 0; c < 3; c++) rgba[4 * i + c] = pixels[i * channels + (channels === 3 ? c : 0)]
  }
  const bytes = Transformer.fromRgbaPixels(rgba, width, height).pngSync()
  return `data:image/png;base64,${bytes.toString('base64')}`
}

/** The first rows of each class, by class. */
function rowsByClass(labels: Uint16Array, classes: number, perClass: number): number[][] {
  const rows: number[][] = Array.from({ length: classes }, () => [])
  for (let row = 0; row < labels.length; row++) {
    if (labels[row] < classes && rows[labels[row]].length < perClass) rows[labels[row]].push(row)
  }
  return rows
}

function fromMemory({ pixels, labels, shape }: Images, classes: number, perClass: number): DataSample[] {
  const [height, width, channels] = shape
  const size = height * width * channels
  return rowsByClass(labels, classes, perClass).flatMap((rows, label) =>
    rows.map((row) => ({
      label,
      image: png(pixels.subarray(row * size, (row + 1) * size), height, width),
    })),
  )
}

/**
 * The first `perClass` training images of each of the first `classes` classes. Image folders are read only
 * as far as they are shown. Throws BenchError('bad-data') when the set is not there or not in its form.
 */
export function sampleData(name: DataName, path: string, perClass: number, classes: number): DataSamples {
  const family = dataFamily(name)
  const folder = dataFolder({ name, path })
  if (!existsSync(folder)) {
    throw new BenchError('bad-data', `${name}: ${folder} is not there; ${family.expects}`, 'data.path')
  }
  if (family.form === 'memory') {
    const { train, classNames } = family.read(folder)
    const shown = Math.min(classes, classNames.length)
    return { classNames, omitted: classNames.length - shown, samples: fromMemory(train, shown, perClass) }
  }
  const { train, classNames } = listClassFolders(folder)
  const shown = Math.min(classes, classNames.length)
  const samples = rowsByClass(train.labels, shown, perClass).flatMap((rows, label) =>
    rows.map((row) => {
      const file = train.files[row]
      const request = { file, size: FOLDER_SIDE, draw: null, centre: 1 }
      return { label, image: png(decodeImage(readFileSync(file), request), FOLDER_SIDE, FOLDER_SIDE) }
    }),
  )
  return { classNames, omitted: classNames.length - shown, samples }
}
