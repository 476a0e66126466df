/**
 * The EXIF orientation of PNG and WebP files (the decoder tells that of JPEG and TIFF): which of the eight
 * ways an image is turned or mirrored before it is seen (EXIF 2.32, tag 0x0112; PNG's eXIf, WebP's EXIF).
 */

const TAG = 0x0112
const SHORT = 3
const MOST = 8

const ascii = (bytes: Uint8Array, at: number, length: number): string =>
  String.fromCharCode(...bytes.subarray(at, at + length))

/** The block of EXIF of a PNG: the data of its chunk. */
function ofPng(bytes: Uint8Array, view: DataView): Uint8Array | null {
  for (let at = 8; at + 12 <= bytes.length;) {
    const length = view.getUint32(at)
    if (ascii(bytes, at + 4, 4) === 'eXIf') return bytes.subarray(at + 8, at + 8 + length)
    at += 12 + length
  }
  return null
}

/** That of a WebP: chunks of even length after the twelve bytes of its head. */
function ofWebp(bytes: Uint8Array, view: DataView): Uint8Array | null {
  for (let at = 12; at + 8 <= bytes.length;) {
    const length = view.getUint32(at + 4, true)
    if (ascii(bytes, at, 4) === 'EXIF') return bytes.subarray(at + 8, at + 8 + length)
    at += 8 + length + (length % 2)
  }
  return null
}

/** The orientation that a block of EXIF says; null where it says none. Some writers keep JPEG's prefix. */
function orientationIn(block: Uint8Array): number | null {
  const exif = ascii(block, 0, 6) === 'Exif\0\0' ? block.subarray(6) : block
  const view = new DataView(exif.buffer, exif.byteOffset, exif.byteLength)
  const order = ascii(exif, 0, 2)
  if (exif.length < 8 || (order !== 'II' && order !== 'MM')) return null
  const little = order === 'II'
  const start = view.getUint32(4, little)
  if (start + 2 > exif.length) return null
  const count = view.getUint16(start, little)
  for (let at = start + 2, k = 0; k < count && at + 12 <= exif.length; k++, at += 12) {
    if (view.getUint16(at, little) !== TAG || view.getUint16(at + 2, little) !== SHORT) continue
    const value = view.getUint16(at + 8, little)
    return value >= 1 && value <= MOST ? value : null
  }
  return null
}

/** 1 to 8; null for what is no PNG or WebP, or says nothing. */
export function exifOrientation(bytes: Uint8Array): number | null {
  if (bytes.length < 16) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const block =
    view.getUint32(0) === 0x89504e47
      ? ofPng(bytes, view)
      : ascii(bytes, 8, 4) === 'WEBP'
        ? ofWebp(bytes, view)
        : null
  return block === null ? null : orientationIn(block)
}
