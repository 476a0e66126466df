/** Pictures as others make them: PNG, JPEG, WebP of random pixels. */
import { Transformer } from '@napi-rs/image'
import type { Stream } from '../../src/engine/rng.ts'

const SIDE = 12

/** A picture of random pixels as its file. */
export function picture(kind: 'png' | 'jpeg' | 'webp', stream: Stream): Uint8Array {
  const pixels = Uint8Array.from({ length: 4 * SIDE * SIDE }, (_, at) =>
    at % 4 === 3 ? 255 : stream.integer(256),
  )
  const made = Transformer.fromRgbaPixels(pixels, SIDE, SIDE)
  switch (kind) {
    case 'png':
      return made.pngSync()
    case 'jpeg':
      return made.jpegSync()
    case 'webp':
      return made.webpSync()
  }
}

/** Two classes of three pictures each, for training and validation. */
export function classFolders(kind: 'png' | 'jpeg' | 'webp', stream: Stream): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>()
  for (const part of ['train', 'val'])
    for (const label of ['ant', 'bee'])
      for (let image = 0; image < 3; image++)
        files.set(`${part}/${label}/${image}.${kind}`, picture(kind, stream))
  return files
}
