/** Patterns of nonzeros read from files. */
import { BenchError } from '../../shared/contract/errors.ts'
import { parsePattern } from '../../shared/methods/patterns.ts'
import type { Pattern } from '../../shared/methods/patterns.ts'
import { Transformer } from '@napi-rs/image'
import { readNpz } from './npz.ts'

const BRIGHT = 128
/** Colour types of 16 bits a channel. */
const WIDE: readonly number[] = [4, 5, 6, 7]

/**
 * The pattern that a file holds, by the ending of its name: a .npz whose first array (or the one named
 * `pattern` or `mask`) is a matrix, kept where it is not 0; a .png, kept where a pixel's first channel is
 * bright (128 or more); else text, rows of 0 and 1. Throws BenchError('bad-input') for what is none of these.
 */
export function readPattern(bytes: Uint8Array, name: string): Pattern {
  const ending = name.slice(name.lastIndexOf('.') + 1).toLowerCase()
  if (ending === 'png') return picturePattern(bytes, name)
  if (ending !== 'npz') return parsePattern(new TextDecoder().decode(bytes))
  const arrays = readNpz(bytes)
  const array = arrays.find((each) => each.name === 'pattern' || each.name === 'mask') ?? arrays.at(0)
  if (array?.shape.length !== 2) {
    const found = arrays.map((each) => `${each.name} [${each.shape.join(', ')}]`).join('; ')
    throw new BenchError(
      'bad-input',
      `${name} holds no matrix: a pattern is the first array, or the one named pattern or mask, with two ` +
        `axes. Found: ${found || 'nothing'}.`,
      'pattern',
    )
  }
  const [rows, cols] = array.shape
  return sound(
    rows,
    cols,
    Uint8Array.from(array.data, (value: number) => (value === 0 ? 0 : 1)),
    name,
  )
}

function picturePattern(bytes: Uint8Array, name: string): Pattern {
  try {
    const image = new Transformer(bytes)
    const { width, height, colorType } = image.metadataSync()
    const pixels: Uint8Array = image.rawPixelsSync()
    // Of 16 bits the higher eight come second.
    const wide = WIDE.includes(colorType)
    const step = pixels.length / (width * height)
    const mask = Uint8Array.from({ length: width * height }, (_, k) =>
      pixels[k * step + (wide ? 1 : 0)] >= BRIGHT ? 1 : 0,
    )
    return sound(height, width, mask, name)
  } catch (reason) {
    if (reason instanceof BenchError) throw reason
    throw new BenchError('bad-input', `${name} cannot be read as a picture: ${String(reason)}`, 'pattern', {
      cause: reason,
    })
  }
}

function sound(rows: number, cols: number, mask: Uint8Array, name: string): Pattern {
  if (mask.includes(1)) return { rows, cols, mask }
  throw new BenchError('bad-input', `${name}: the pattern keeps nothing; all of it is 0.`, 'pattern')
}
