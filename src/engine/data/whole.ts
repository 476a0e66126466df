/**
 * Whether an image file is all there, told by its own marks without decoding it: decoders fill what is
 * missing of a JPEG with gray and say nothing.
 */
import { crc32 } from 'node:zlib'

const ascii = (bytes: Uint8Array, at: number, length: number): string =>
  String.fromCharCode(...bytes.subarray(at, at + length))

/** What is wrong with an image file, in words; null for one that is whole, as far as its marks tell. */
export function imageDefect(bytes: Uint8Array): string | null {
  if (bytes.length === 0) return 'is empty (0 bytes)'
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < 16) return 'is no image'
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return jpegDefect(bytes, view)
  if (view.getUint32(0) === 0x89504e47) return pngDefect(bytes, view)
  if (ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 4) === 'WEBP')
    return view.getUint32(4, true) + 8 > bytes.length ? 'is truncated' : null
  if (ascii(bytes, 0, 4) === 'GIF8') return 'is a GIF, which is not read; save it as PNG'
  if (ascii(bytes, 0, 2) === 'BM') return view.getUint32(2, true) > bytes.length ? 'is truncated' : null
  const tiff = ascii(bytes, 0, 4)
  if (tiff === 'II*\0' || tiff === 'MM\0*') return tiffDefect(view, tiff === 'II*\0')
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

/** Chunks to the last, each with the checksum of what it holds. */
function pngDefect(bytes: Uint8Array, view: DataView): string | null {
  let at = 8
  while (at + 12 <= view.byteLength) {
    const length = view.getUint32(at)
    const end = at + 8 + length
    if (end + 4 > view.byteLength) break
    if (crc32(bytes.subarray(at + 4, end)) !== view.getUint32(end))
      return 'is damaged: a PNG with bytes that its checksum does not fit'
    if (view.getUint32(at + 4) === 0x49454e44) return null
    at = end + 4
  }
  return 'is truncated: a PNG without its end'
}

/** Tags of TIFF 6.0 that say where strips and tiles lie, with the tag of their lengths. */
const PARTS = [
  [273, 279],
  [324, 325],
] as const

/** The first picture's directory, and the strips or tiles that it names, must lie within the file. */
function tiffDefect(view: DataView, little: boolean): string | null {
  const cut = 'is truncated: a TIFF without some of its strips'
  const size = view.byteLength
  const start = view.getUint32(4, little)
  if (start + 2 > size) return cut
  const count = view.getUint16(start, little)
  if (start + 2 + 12 * count > size) return cut
  const lists = new Map<number, number[]>()
  for (let k = 0, at = start + 2; k < count; k++, at += 12) {
    const tag = view.getUint16(at, little)
    if (!PARTS.flat().some((each) => each === tag)) continue
    const bytes = view.getUint16(at + 2, little) === 3 ? 2 : 4
    const many = view.getUint32(at + 4, little)
    const from = many * bytes <= 4 ? at + 8 : view.getUint32(at + 8, little)
    if (from + many * bytes > size) return cut
    const read = (place: number): number =>
      bytes === 2 ? view.getUint16(place, little) : view.getUint32(place, little)
    lists.set(
      tag,
      Array.from({ length: many }, (_, place) => read(from + place * bytes)),
    )
  }
  for (const [places, lengths] of PARTS) {
    const ends = lists.get(places)?.map((place, k) => place + (lists.get(lengths)?.[k] ?? 0)) ?? []
    if (ends.some((end) => end > size)) return cut
  }
  return null
}
