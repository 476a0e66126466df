// Folders and files that are not what they seem: links, loops, hidden copies, cut and empty images, turned
// and 16-bit images, archives' folders, other sizes, exchanged content.
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32, gzipSync } from 'node:zlib'
import { Transformer } from '@napi-rs/image'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkData } from '../../../src/engine/data/catalog.ts'
import { listClassFolders } from '../../../src/engine/data/class-folders.ts'
import { decodeImage, decodePixels } from '../../../src/engine/data/decode.ts'
import { folderContent } from '../../../src/engine/data/folder-content.ts'
import { openDataset } from '../../../src/engine/data/index.ts'
import { imageDefect } from '../../../src/engine/data/whole.ts'
import { parseSpec } from '../../../src/shared/spec/parse.ts'

const FIXTURES = join(import.meta.dirname, '../../fixtures/own-data')
const fixture = (name: string): Uint8Array => readFileSync(join(FIXTURES, name))

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'lying-'))
  process.env['GIVENS_DATA'] = join(root, 'store')
  for (const split of ['train', 'val']) {
    for (const name of ['ant', 'bee']) {
      for (let k = 0; k < 3; k++) put(`${split}/${name}/${k}.png`, png(k * 20 + (name === 'ant' ? 5 : 130)))
    }
  }
})
afterEach(() => {
  delete process.env['GIVENS_DATA']
  delete process.env['GIVENS_DATA_MEMORY']
  delete process.env['GIVENS_IMAGE_PIXELS']
  rmSync(root, { recursive: true })
})

function png(value: number, side = 4): Uint8Array {
  const rgba = Uint8Array.from({ length: side * side * 4 }, (_, i) => (i % 4 === 3 ? 255 : value))
  return Transformer.fromRgbaPixels(rgba, side, side).pngSync()
}
function put(path: string, bytes: Uint8Array | string): string {
  mkdirSync(join(root, path, '..'), { recursive: true })
  writeFileSync(join(root, path), bytes)
  return join(root, path)
}
const dataOf = (name: string, path = root, more: object = {}) =>
  parseSpec({ data: { name, path, ...more } }).data
const counts = () => {
  const { train, classNames } = listClassFolders(root)
  return classNames.map((name, label) => [name, train.labels.filter((each) => each === label).length])
}

describe.skipIf(process.platform === 'win32')('links', () => {
  it('to folders and files count as what they lead to', () => {
    put('far/hive/7.png', png(7))
    put('far/8.png', png(8))
    symlinkSync('../far/hive', join(root, 'train', 'hive'))
    symlinkSync('../../far/8.png', join(root, 'train', 'bee', '8.png'))
    expect(counts()).toEqual([
      ['ant', 3],
      ['bee', 4],
      ['hive', 1],
    ])
  })

  it('in a loop, to another class, or to the same file again count nothing twice', () => {
    symlinkSync('..', join(root, 'train', 'ant', 'up'))
    symlinkSync('../ant', join(root, 'train', 'bee', 'ants'))
    symlinkSync('0.png', join(root, 'train', 'bee', 'again.png'))
    expect(counts()).toEqual([
      ['ant', 3],
      ['bee', 3],
    ])
    const { train, notes } = listClassFolders(root)
    train.files.forEach((file, k) => expect(file).toContain(['ant', 'bee'][train.labels[k]]))
    expect(notes.join()).toMatch(/links to images that are counted already/)
  })

  it('to one file under two classes are refused; those that lead nowhere are told', () => {
    put('far/9.png', png(9))
    symlinkSync('nowhere.png', join(root, 'train', 'ant', 'gone.png'))
    symlinkSync('self.png', join(root, 'train', 'ant', 'self.png'))
    symlinkSync('self', join(root, 'train', 'self'))
    expect(listClassFolders(root).notes.join()).toMatch(/lead nowhere: .*gone\.png, .*self\.png/)
    for (const name of ['ant', 'bee']) symlinkSync('../../far/9.png', join(root, 'train', name, '9.png'))
    expect(() => listClassFolders(root)).toThrow(/one file under two classes \((bee and ant|ant and bee)\)/)
  })
})

describe('class folders', () => {
  it('pass over notebooks’ and other systems’ hidden copies', () => {
    put('train/.ipynb_checkpoints/0-checkpoint.png', png(1))
    put('train/ant/.ipynb_checkpoints/0-checkpoint.png', png(1))
    put('train/ant/._0.png', 'AppleDouble')
    put('train/__MACOSX/ant/0.png', png(1))
    put('train/@eaDir/0.png', png(1))
    put('train/ant/@eaDir/0.png/SYNOFILE_THUMB_S.png', png(1))
    mkdirSync(join(root, 'train', 'lost+found'))
    expect(counts()).toEqual([
      ['ant', 3],
      ['bee', 3],
    ])
  })

  it('leave GIF out, with a word', () => {
    put('train/ant/9.gif', 'GIF89a')
    expect(counts()).toEqual([
      ['ant', 3],
      ['bee', 3],
    ])
    expect(listClassFolders(root).notes.join()).toMatch(/1 GIF left out/)
  })

  it('refuse classes to test on that are not trained, and tell which case was meant', () => {
    put('val/Bee/0.png', png(1))
    expect(() => listClassFolders(root)).toThrow(
      /Bee \(1 images\) is no class of the training folder.*Bee is bee\?/,
    )
    rmSync(join(root, 'val', 'Bee'), { recursive: true })
    mkdirSync(join(root, 'val', 'wasp'))
    expect(listClassFolders(root).test.files).toHaveLength(6)
  })

  it.each(['val', 'valid', 'validation', 'test'])('are tested on %s', (name) => {
    if (name !== 'val') {
      for (const each of ['ant', 'bee']) put(`${name}/${each}/0.png`, png(1))
      rmSync(join(root, 'val'), { recursive: true })
    }
    expect(listClassFolders(root).test.files.length).toBe(name === 'val' ? 6 : 2)
    put('test/ant/1.png', png(2))
    if (name !== 'test') expect(listClassFolders(root).notes.join()).toMatch(/not read: test/)
  })
})

describe('images', () => {
  it.each(['noise.jpg', 'noise-progressive.jpg'])('%s is known to be cut, wherever it was', (name) => {
    const whole = fixture(name)
    expect(imageDefect(whole)).toBeNull()
    for (const part of [0.3, 0.6, 0.9, 0.99]) {
      expect(imageDefect(whole.subarray(0, Math.floor(part * whole.length)))).toMatch(/truncated/)
    }
    expect(imageDefect(Uint8Array.of(...whole, 0, 0, 0))).toBeNull()
  })

  it('are named by a check, every one, and keep a run from starting', async () => {
    put('train/ant/cut.jpg', fixture('noise.jpg').subarray(0, 500))
    put('val/bee/3.png', '')
    put('train/bee/cut.png', png(3).subarray(0, 50))
    const { ok, findings } = await checkData('image-folder', root)
    expect(ok).toBe(false)
    for (const name of [/cut\.jpg is truncated/, /3\.png is empty/, /cut\.png is truncated/])
      expect(findings.join('\n')).toMatch(name)
    await expect(openDataset(dataOf('image-folder'))).rejects.toThrow(
      /cut\.jpg is truncated.*cut\.png.*3\.png/,
    )
  })

  it('are seen upright, whatever their EXIF orientation', async () => {
    const upright = await decodePixels(fixture('orientation-1.jpg'), '1')
    for (let orientation = 1; orientation <= 8; orientation++) {
      const bytes = fixture(`orientation-${orientation}.jpg`)
      const { width, height, pixels } = await decodePixels(bytes, String(orientation))
      expect([width, height]).toEqual([32, 16])
      pixels.forEach((value, i) => expect(Math.abs(value - upright.pixels[i])).toBeLessThan(12))
      const request = { file: 'x', size: 8, draw: null, centre: 1 }
      // The centre square: red above, black below, blue to the right.
      const square = decodeImage(bytes, request)
      const at = (y: number, x: number): number[] => [
        ...square.subarray((y * 8 + x) * 3, (y * 8 + x) * 3 + 3),
      ]
      expect(at(1, 1)[0]).toBeGreaterThan(200)
      expect(Math.max(...at(6, 1))).toBeLessThan(50)
      expect(at(3, 6)[2]).toBeGreaterThan(200)
    }
  })

  /** Where a pixel that is seen at (y, x) is stored: EXIF 2.32, by its first row and column. */
  const STORED: Record<number, (y: number, x: number) => readonly [row: number, column: number]> = {
    1: (y, x) => [y, x],
    2: (y, x) => [y, 2 - x],
    3: (y, x) => [1 - y, 2 - x],
    4: (y, x) => [1 - y, x],
    5: (y, x) => [x, y],
    6: (y, x) => [2 - x, y],
    7: (y, x) => [2 - x, 1 - y],
    8: (y, x) => [x, 1 - y],
  }
  const exif = (orientation: number, little: boolean): Buffer => {
    const block = Buffer.alloc(26)
    block.write(little ? 'II' : 'MM', 'latin1')
    const short = (value: number, at: number) =>
      little ? block.writeUInt16LE(value, at) : block.writeUInt16BE(value, at)
    const word = (value: number, at: number) =>
      little ? block.writeUInt32LE(value, at) : block.writeUInt32BE(value, at)
    short(42, 2)
    word(8, 4)
    short(1, 8)
    short(0x0112, 10)
    short(3, 12)
    word(1, 14)
    short(orientation, 18)
    return block
  }
  const withExif = {
    png: (image: Transformer, block: Buffer): Buffer => {
      const plain = image.pngSync()
      const chunk = Buffer.alloc(block.length + 12)
      chunk.writeUInt32BE(block.length, 0)
      chunk.write('eXIf', 4, 'latin1')
      block.copy(chunk, 8)
      chunk.writeUInt32BE(crc32(chunk.subarray(4, -4)), chunk.length - 4)
      return Buffer.concat([plain.subarray(0, 33), chunk, plain.subarray(33)])
    },
    webp: (image: Transformer, block: Buffer): Buffer => {
      const plain = image.webpLosslessSync()
      const chunk = (name: string, data: Buffer): Buffer => {
        const head = Buffer.alloc(8)
        head.write(name, 'latin1')
        head.writeUInt32LE(data.length, 4)
        return Buffer.concat([head, data])
      }
      const { width, height } = image.metadataSync()
      const extended = Buffer.alloc(10)
      extended[0] = 0x18
      extended.writeUIntLE(width - 1, 4, 3)
      extended.writeUIntLE(height - 1, 7, 3)
      const prefixed = Buffer.concat([Buffer.from('Exif\0\0'), block])
      const parts = [chunk('VP8X', extended), plain.subarray(12), chunk('EXIF', prefixed)]
      const body = Buffer.concat([Buffer.from('WEBP'), ...parts])
      return chunk('RIFF', body)
    },
  }
  it.each(['png', 'webp'] as const)('are seen upright as %s, too', async (form) => {
    for (let orientation = 1; orientation <= 8; orientation++) {
      const turned = orientation >= 5
      const [width, height] = turned ? [2, 3] : [3, 2]
      const rgba = Uint8Array.from({ length: 24 }, (_, k) => (k % 4 === 3 ? 255 : 10 * k))
      for (const little of [true, false]) {
        const image = Transformer.fromRgbaPixels(rgba, width, height)
        const bytes = withExif[form](image, exif(orientation, little))
        const seen = await decodePixels(bytes, 'x')
        expect([seen.width, seen.height]).toEqual([3, 2])
        for (let y = 0; y < 2; y++) {
          for (let x = 0; x < 3; x++) {
            const [row, column] = STORED[orientation](y, x)
            const expected = rgba[(row * width + column) * 4]
            expect([orientation, y, x, seen.pixels[(y * 3 + x) * seen.channels]]).toEqual([
              orientation,
              y,
              x,
              expected,
            ])
          }
        }
      }
    }
    const garbled = withExif[form](Transformer.fromRgbaPixels(new Uint8Array(24), 3, 2), exif(77, true))
    expect((await decodePixels(garbled, 'x')).width).toBe(3)
  })

  it('of PNG with a changed byte, and of TIFF without its end, are known as such', () => {
    const sound = Buffer.from(png(7, 9))
    expect(imageDefect(sound)).toBeNull()
    const changed = Buffer.from(sound)
    changed[45] ^= 1
    expect(imageDefect(changed)).toMatch(/checksum/)
    for (const little of [true, false]) {
      const tiff = Buffer.alloc(60)
      tiff.set(little ? [0x49, 0x49, 42, 0] : [0x4d, 0x4d, 0, 42])
      const short = (value: number, at: number) =>
        little ? tiff.writeUInt16LE(value, at) : tiff.writeUInt16BE(value, at)
      const word = (value: number, at: number) =>
        little ? tiff.writeUInt32LE(value, at) : tiff.writeUInt32BE(value, at)
      word(8, 4)
      short(2, 8)
      for (const [at, tag, kind, value] of [
        [10, 273, 4, 40],
        [22, 279, 3, 20],
      ]) {
        short(tag, at)
        short(kind, at + 2)
        word(1, at + 4)
        if (kind === 3) short(value, at + 8)
        else word(value, at + 8)
      }
      expect(imageDefect(tiff)).toBeNull()
      expect(imageDefect(tiff.subarray(0, 59))).toMatch(/truncated: a TIFF/)
      expect(imageDefect(tiff.subarray(0, 30))).toMatch(/truncated: a TIFF/)
    }
  })

  it('of 16 bits are read by their high bytes', async () => {
    const { wide } = JSON.parse(readFileSync(join(FIXTURES, 'expected.json'), 'utf8')) as { wide: number[] }
    const { pixels, channels } = await decodePixels(fixture('wide.png'), 'wide.png')
    expect([channels, [...pixels]]).toEqual([1, wide.map((value) => value >> 8)])
    const square = decodeImage(fixture('wide.png'), { file: 'wide.png', size: 4, draw: null, centre: 1 })
    expect([...square]).toEqual(wide.flatMap((value) => [value >> 8, value >> 8, value >> 8]))
  })

  it('beyond the limit of pixels are refused, and the limit can be raised', async () => {
    process.env['GIVENS_IMAGE_PIXELS'] = '15'
    await expect(decodePixels(png(1), 'big.png')).rejects.toThrow(
      /big\.png: 4 × 4 pixels, allowed are 15; GIVENS_IMAGE_PIXELS=16/,
    )
    process.env['GIVENS_IMAGE_PIXELS'] = '16'
    expect((await decodePixels(png(1), 'big.png')).width).toBe(4)
  })
})

describe('the content of a folder', () => {
  const hash = () => folderContent(listClassFolders(root)).hash

  it('is another when bytes, names or labels are, and the same in another place', () => {
    const before = hash()
    expect(hash()).toBe(before)
    // As many bytes as before.
    const [a, b] = [join(root, 'train/ant/0.png'), join(root, 'train/bee/0.png')]
    const [first, second] = [readFileSync(a), readFileSync(b)]
    expect(first.length).toBe(second.length)
    writeFileSync(a, second)
    writeFileSync(b, first)
    expect(hash()).not.toBe(before)
    writeFileSync(a, first)
    writeFileSync(b, second)
    expect(hash()).toBe(before)
    const { listHash } = listClassFolders(root)
    copyFileSync(a, join(root, 'train/ant/9.png'))
    expect([hash() === before, listClassFolders(root).listHash === listHash]).toEqual([false, false])
  })
})

describe('IDX and CIFAR files', () => {
  const idx = (shape: number[], fill = 0): Uint8Array => {
    const size = shape.reduce((product, side) => product * side, 1)
    const bytes = new Uint8Array(4 + 4 * shape.length + size).fill(fill, 4 + 4 * shape.length)
    bytes.set([0, 0, 8, shape.length])
    shape.forEach((side, k) => new DataView(bytes.buffer).setUint32(4 + 4 * k, side))
    return bytes
  }
  function mnist(name: (file: string) => string, testSide = 5): void {
    put(name('train-images-idx3-ubyte'), idx([20, 5, 5], 1))
    put(name('train-labels-idx1-ubyte'), idx([20]))
    put(name('t10k-images-idx3-ubyte'), idx([10, testSide, testSide], 1))
    put(name('t10k-labels-idx1-ubyte'), idx([10]))
  }

  it.each([
    ['in a folder of their own name', (file: string) => `${file}/${file}`],
    ['as Kaggle spells them', (file: string) => file.replace('-idx', '.idx')],
    ['in the folder of torchvision', (file: string) => `MNIST/raw/${file}`],
  ])('are found %s', async (_, name) => {
    mnist(name)
    expect((await openDataset(dataOf('mnist', root, { validation: 0 }))).size('train')).toBe(20)
    const { findings } = await checkData('mnist', root)
    expect(findings.join()).toMatch(/train-images-idx3-ubyte: 516 bytes, the original has 47040016/)
  })

  it('whose test images have another size are refused', async () => {
    mnist((file) => file, 3)
    await expect(openDataset(dataOf('mnist'))).rejects.toThrow(
      /the test images are 3 × 3 × 1, the training images 5 × 5 × 1/,
    )
  })

  it('are bounded: what unpacks to more than the limit, and what never ends', async () => {
    mnist((file) => file)
    rmSync(join(root, 'train-images-idx3-ubyte'))
    put('train-images-idx3-ubyte.gz', gzipSync(new Uint8Array(3_000_000)))
    process.env['GIVENS_DATA_MEMORY'] = '1M'
    await expect(openDataset(dataOf('mnist'))).rejects.toThrow(/unpacked bytes take .*GIVENS_DATA_MEMORY=/)
    if (process.platform === 'win32') return
    rmSync(join(root, 'train-images-idx3-ubyte.gz'))
    symlinkSync('/dev/zero', join(root, 'train-images-idx3-ubyte'))
    await expect(openDataset(dataOf('mnist'))).rejects.toThrow(/missing in .*train-images-idx3-ubyte/)
  })

  it('that unpack to more than their header promises are refused before they fill the memory', async () => {
    mnist((file) => file)
    const whole = readFileSync(join(root, 'train-images-idx3-ubyte'))
    rmSync(join(root, 'train-images-idx3-ubyte'))
    const zip = (bytes: Uint8Array) => put('train-images-idx3-ubyte.gz', gzipSync(bytes))
    zip(whole)
    expect((await openDataset(dataOf('mnist', root, { validation: 0 }))).size('train')).toBe(20)
    zip(Buffer.concat([whole, new Uint8Array(1)]))
    await expect(openDataset(dataOf('mnist'))).rejects.toThrow(/more than the 516 bytes that it should hold/)
    const huge = Buffer.from(whole.subarray(0, 16))
    huge.writeUInt32BE(0xffffffff, 4)
    zip(Buffer.concat([huge, new Uint8Array(99)]))
    await expect(openDataset(dataOf('mnist'))).rejects.toThrow(/truncated/)
    put('train-images-idx3-ubyte.gz', gzipSync(whole).subarray(0, -9))
    await expect(openDataset(dataOf('mnist'))).rejects.toThrow(/gzip data is broken or truncated/)
  })

  it('of CIFAR-10 cut at a whole record are found and compared where the archive puts them', async () => {
    const record = new Uint8Array(3073)
    const names = [1, 2, 3, 4, 5].map((k) => `data_batch_${k}.bin`)
    for (const name of [...names, 'test_batch.bin']) put(`cifar-10-batches-bin/${name}`, record)
    const { ok, findings } = await checkData('cifar-10', root)
    expect(ok).toBe(false)
    expect(findings.join()).toMatch(/data_batch_3\.bin: 3073 bytes, the original has 30730000/)
    rmSync(join(root, 'cifar-10-batches-bin'), { recursive: true })
    put('cifar-10-batches-py/data_batch_1', 'pickle')
    await expect(openDataset(dataOf('cifar-10'))).rejects.toThrow(/version for Python or MATLAB/)
  })
})
