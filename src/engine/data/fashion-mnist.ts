/** Fashion-MNIST (Xiao, Rasul and Vollgraf 2017) from its original IDX files, which have MNIST's form. */
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ImageSet } from './images.ts'
import { IDX_FILES, readIdxSet } from './mnist.ts'

const GARMENTS = [
  'T-shirt/top',
  'trouser',
  'pullover',
  'dress',
  'coat',
  'sandal',
  'shirt',
  'sneaker',
  'bag',
  'ankle boot',
]

export function readFashionMnist(folder: string): ImageSet {
  return readIdxSet('fashion-mnist', folder, GARMENTS, true)
}

/** Takes the files out of Debian's package, where they are gzipped. */
export async function installFashionMnist(unpacked: string, folder: string): Promise<void> {
  for (const name of IDX_FILES) {
    copyFileSync(join(unpacked, 'usr/share/datasets/fashion-mnist', `${name}.gz`), join(folder, `${name}.gz`))
  }
}
