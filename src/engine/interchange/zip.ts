/** Zip archives of arrays, each entry compared with the checksum that the archive recorded. */
import { crc32 } from 'node:zlib'
import { unzipSync } from 'fflate'

export interface ZipChoice {
  /** Whether an entry is to be unpacked; asked before it is. Default all. */
  readonly wanted?: (name: string, unpackedBytes: number) => boolean
}

/**
 * Unpacks the entries wanted, by name, in the order of the file.
 * @throws Error in plain words for what is no archive or a damaged one, and whatever `wanted` throws
 */
export function readZip(bytes: Uint8Array, { wanted = () => true }: ZipChoice = {}): Map<string, Uint8Array> {
  const checks = checksumsOf(bytes)
  const files = unzipSync(bytes, { filter: ({ name, originalSize }) => wanted(name, originalSize) })
  for (const [name, file] of Object.entries(files)) {
    const expected = checks.get(name)
    if (expected !== undefined && crc32(file) !== expected)
      throw new Error(
        `${name.replace(/\.npy$/, '')} is damaged (its CRC-32 is not the one that the archive recorded)`,
      )
  }
  return new Map(Object.entries(files))
}

const CENTRAL = 0x02014b50
const END = 0x06054b50
const CENTRAL_BYTES = 46

/** CRC-32 of the entries by name, from the archive's directory, which fflate does not compare. */
function checksumsOf(bytes: Uint8Array): Map<string, number> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const found = new Map<string, number>()
  let end = bytes.length - 22
  while (end >= 0 && view.getUint32(end, true) !== END) end--
  if (end < 0) return found
  let at = view.getUint32(end + 16, true)
  while (at + CENTRAL_BYTES <= end && view.getUint32(at, true) === CENTRAL) {
    const length = view.getUint16(at + 28, true)
    const name = new TextDecoder().decode(bytes.subarray(at + CENTRAL_BYTES, at + CENTRAL_BYTES + length))
    found.set(name, view.getUint32(at + 16, true))
    at += CENTRAL_BYTES + length + view.getUint16(at + 30, true) + view.getUint16(at + 32, true)
  }
  return found
}
