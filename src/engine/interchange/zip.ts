/** Zip archives of arrays, each entry compared with the checksum that the archive recorded. */
import { crc32 } from 'node:zlib'
import { unzipSync } from 'fflate'
import { zipDirectoryPlace, zipEntries } from '../../shared/format/zip-directory.ts'

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

/** CRC-32 of the entries by name, from the archive's directory, which fflate does not compare. */
function checksumsOf(bytes: Uint8Array): Map<string, number> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const start = zipDirectoryPlace(view)?.start ?? bytes.length
  if (start > bytes.length) return new Map()
  const table = new DataView(bytes.buffer, bytes.byteOffset + start, bytes.length - start)
  const checks = new Map<string, number>()
  for (const { name, crc } of zipEntries(table)) {
    if (checks.has(name)) throw new Error(`it holds ${name.replace(/\.npy$/, '')} twice`)
    checks.set(name, crc)
  }
  return checks
}
