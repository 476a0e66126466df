/**
 * Data sets by name. To add one: a file that reads its originals into an ImageSet, an entry here, its name in
 * DATA_NAMES of shared/spec/data-schema.ts, its files in resources/data-sets.json when a registry carries
 * them, and a test on generated files of its form. Sets that are folders of images need the entry alone.
 */
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import manifest from '../../../resources/data-sets.json' with { type: 'json' }
import { BenchError } from '../../shared/contract/errors.ts'
import type { DataName } from '../../shared/contract/data.ts'
import { installCifar10, readCifar10, readCifar100 } from './cifar.ts'
import { installFashionMnist, readFashionMnist } from './fashion-mnist.ts'
import type { CarriedPackage } from './fetch.ts'
import type { ImageSet } from './images.ts'
import { IDX_FILES, readMnist } from './mnist.ts'
import { OWN_EXPECTS } from './own/find.ts'

export type CarriedSet = CarriedPackage & {
  readonly files: Readonly<Record<string, { size: number; sha256: string }>>
}

interface Family {
  readonly title: string
  /** In words: the files that the folder holds. */
  readonly expects: string
  /** How a registry carries it; null where none does. */
  readonly carried: CarriedSet | null
  /** Turns the unpacked package into the original files. */
  readonly install: ((unpacked: string, folder: string) => Promise<void>) | null
}

export type DataFamily = Family &
  (
    | { readonly form: 'memory'; readonly read: (folder: string) => ImageSet }
    /**
     * Class folders of images; `size` is fed when the specification asks for none, `centre` as in
     * FolderOptions.
     */
    | { readonly form: 'folders'; readonly size: number; readonly centre: number }
    /** A user's own files, whose form is found by looking. */
    | { readonly form: 'own' }
    /** A file of text, or the text that the bench makes. */
    | { readonly form: 'text' }
  )

async function installMnist(unpacked: string, folder: string): Promise<void> {
  for (const name of IDX_FILES) copyFileSync(join(unpacked, 'data', name), join(folder, name))
}

const IDX_EXPECTS = `expected are ${IDX_FILES.join(', ')}, plain or .gz`

export const dataFamilies = {
  mnist: {
    title: 'MNIST',
    form: 'memory',
    read: readMnist,
    expects: IDX_EXPECTS,
    carried: manifest.mnist,
    install: installMnist,
  },
  'fashion-mnist': {
    title: 'Fashion-MNIST',
    form: 'memory',
    read: readFashionMnist,
    expects: IDX_EXPECTS,
    carried: manifest['fashion-mnist'],
    install: installFashionMnist,
  },
  'cifar-10': {
    title: 'CIFAR-10',
    form: 'memory',
    read: readCifar10,
    expects: 'expected are data_batch_1.bin … data_batch_5.bin and test_batch.bin (the binary version)',
    carried: manifest['cifar-10'],
    install: installCifar10,
  },
  'cifar-100': {
    title: 'CIFAR-100',
    form: 'memory',
    read: readCifar100,
    expects: 'expected are train.bin and test.bin (the binary version)',
    carried: null,
    install: null,
  },
  'tiny-imagenet': {
    title: 'Tiny ImageNet',
    form: 'folders',
    size: 64,
    centre: 1,
    expects:
      'expected is the unpacked archive: train/<class>/images/*.JPEG and val/ with val_annotations.txt',
    carried: null,
    install: null,
  },
  'image-folder': {
    title: 'Image folder (ImageNet form)',
    form: 'folders',
    size: 224,
    centre: 0.875,
    expects: 'expected are train/<class>/* and val/<class>/* with images',
    carried: null,
    install: null,
  },
  file: {
    title: 'Your own file',
    form: 'own',
    expects: OWN_EXPECTS,
    carried: null,
    install: null,
  },
  text: {
    title: 'Text',
    form: 'text',
    expects:
      'data.path names any text file (UTF-8, or bytes by data.unit); without one the bench makes a text',
    carried: null,
    install: null,
  },
} satisfies Record<DataName, DataFamily>

/** The family of a name. Throws BenchError('not-found') listing the known. */
export function dataFamily(name: string): DataFamily {
  if (Object.hasOwn(dataFamilies, name)) return dataFamilies[name as DataName]
  throw new BenchError(
    'not-found',
    `Data set ${name}: known are ${Object.keys(dataFamilies).join(', ')}.`,
    'data.name',
  )
}
