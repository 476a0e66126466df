/** Pictures of a data set, a few of each class, for the page that shows what it holds. */
import { existsSync, readFileSync } from 'node:fs'
import type { DataName, DataSamples } from '../../shared/contract/data.ts'
import { BenchError } from '../../shared/contract/errors.ts'
import { listClassFolders } from './class-folders.ts'
import { decodeImage } from './decode.ts'
import { dataFamily } from './families.ts'
import { dataFolder } from './index.ts'
import { sampleOwnData } from './own/samples.ts'
import { sampleText } from './text/index.ts'
import { imagesByClass, picture, rowsByClass, SAMPLE_SIDE } from './sample-pictures.ts'

/**
 * The first `perClass` training images of each of the first `classes` classes. Image folders are read only
 * as far as they are shown. Throws BenchError('bad-data') when the set is not there or not in its form.
 */
export async function sampleData(
  name: DataName,
  path: string,
  label: string,
  perClass: number,
  classes: number,
): Promise<DataSamples> {
  const family = dataFamily(name)
  if (family.form === 'text') return sampleText(path)
  if (family.form === 'own') return sampleOwnData(path, label, perClass, classes)
  const folder = dataFolder({ name, path })
  if (!existsSync(folder)) {
    throw new BenchError('bad-data', `${name}: ${folder} is not there; ${family.expects}`, 'data.path')
  }
  if (family.form === 'memory') {
    const { train, classNames } = family.read(folder)
    const shown = Math.min(classes, classNames.length)
    const samples = imagesByClass(train, shown, perClass)
    return { classNames, omitted: classNames.length - shown, samples, table: null }
  }
  const { train, classNames } = listClassFolders(folder)
  const shown = Math.min(classes, classNames.length)
  const samples = rowsByClass(train.labels, shown, perClass).flatMap((rows, label) =>
    rows.map((row) => {
      const file = train.files[row]
      const request = { file, size: SAMPLE_SIDE, draw: null, centre: 1 }
      return { label, image: picture(decodeImage(readFileSync(file), request), SAMPLE_SIDE, SAMPLE_SIDE) }
    }),
  )
  return { classNames, omitted: classNames.length - shown, samples, table: null }
}
