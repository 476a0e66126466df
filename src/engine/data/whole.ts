/**
 * Whether an image file is all there, told by its own marks without decoding it: decoders fill what is
 * missing of a JPEG with gray and say nothing.
 */

const ascii = (bytes: Uint8Array, at: number, length: number): string =>
  String.fromCharCode(...bytes.subarray(at, at + length))

/** What is wrong with an image file, in words; null for one that is whole, as far as its marks tell. */
export function imageDefect(bytes: Uint8Array): string | null {
  if (bytes.length === 0) return 'is empty (0 bytes)'
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < 16) return 'is no image'
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return jpegDefect(bytes, view)
  if (view.getUint32(0) === 0x89504e47) return pngDefect(view)
  if (ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 4) === 'WEBP')
    return view.getUint32(4, true) + 8 > bytes.length ? 'is truncated' : null
  if (ascii(bytes, 0, 4) === 'GIF8') return 'is a GIF, which is not read; save it as PNG'
  if (ascii(bytes, 0, 2) === 'BM') return view.getUint32(2, true) > bytes.length ? 'is truncated' : null
  const tiff = ascii(bytes, 0, 4)
  if (tiff === 'II*\0' || tiff === 'MM\0*') return null
  return 'is no image of a known form (JPEG, PNG, WebP, BMP, TIFF)'
}

/** Segments up to the first scan, then entropy-coded data to the end-of-image mark. */
function jpegDefect(bytes: Uint8Array, view: DataView): string | null {
  let at = 2
  let scanning = false
  while (at + 1 < bytes.length) {
    if (bytes[at] !== 0xff) {
      if (!scanning) return 'is damaged: a JPEG whose segments do not follow one another'
      at = bytes.indexOf(0xff, at)
      if (at < 0) break
      continue
    }
    const mark = bytes[at + 1]
    if (mark === 0xd9) return null
    const bare = mark === 0xff || mark === 0 || mark === 1 || (mark >= 0xd0 && mark <= 0xd8)
    if (bare) {
      at += mark === 0xff ? 1 : 2
      continue
    }
    if (at + 3 >= bytes.length) break
    scanning = mark === 0xda
    at += 2 + view.getUint16(at + 2)
  }
  return 'is truncated: a JPEG without its end'
}

function pngDefect(view: DataView): string | null {
  let at = 8
  while (at + 12 <= view.byteLength) {
    const length = view.getUint32(at)
    if (view.getUint32(at + 4) === 0x49454e44) return null
    at += 12 + length
  }
  return 'is truncated: a PNG without its end'
}
