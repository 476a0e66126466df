/** The directory at the end of a zip archive (PKWARE's APPNOTE, 4.3.12 and 4.3.16), without ZIP64. */

export interface ZipEntry {
  readonly name: string
  /** 0 stored, 8 deflated. */
  readonly method: number
  /** CRC-32 of the unpacked bytes. */
  readonly crc: number
  readonly packedBytes: number
  /** Where the entry's own header begins, from the beginning of the archive. */
  readonly header: number
}

const END = 0x06054b50
const END_BYTES = 22
const MOST_COMMENT = 65_535
const CENTRAL = 0x02014b50
const CENTRAL_BYTES = 46

/** The end record and the comment behind it take no more bytes than these. */
export const ZIP_TAIL_BYTES = END_BYTES + MOST_COMMENT

/** Where the directory lies and how long it is, from the last bytes of an archive; null for what is none. */
export function zipDirectoryPlace(tail: DataView): { readonly start: number; readonly bytes: number } | null {
  for (let at = tail.byteLength - END_BYTES; at >= 0; at--)
    if (tail.getUint32(at, true) === END)
      return { start: tail.getUint32(at + 16, true), bytes: tail.getUint32(at + 12, true) }
  return null
}

/** The entries of a directory, in its order, up to the first thing that is none. */
export function zipEntries(table: DataView): ZipEntry[] {
  const entries: ZipEntry[] = []
  for (let at = 0; at + CENTRAL_BYTES <= table.byteLength && table.getUint32(at, true) === CENTRAL;) {
    const nameBytes = table.getUint16(at + 28, true)
    const name = new Uint8Array(table.buffer, table.byteOffset + at + CENTRAL_BYTES, nameBytes)
    entries.push({
      name: new TextDecoder().decode(name),
      method: table.getUint16(at + 10, true),
      crc: table.getUint32(at + 16, true),
      packedBytes: table.getUint32(at + 20, true),
      header: table.getUint32(at + 42, true),
    })
    at += CENTRAL_BYTES + nameBytes + table.getUint16(at + 30, true) + table.getUint16(at + 32, true)
  }
  return entries
}
