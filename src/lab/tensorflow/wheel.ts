/**
 * Some files out of a wheel, which is a zip, streamed: one of them is 800 MB. The wheel was compared with its
 * pinned SHA-256 before, so that its directory is believed but for paths that lead out of the folder.
 */
import { createReadStream, createWriteStream } from 'node:fs'
import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { dirname, resolve, sep } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { crc32, createInflateRaw } from 'node:zlib'
import { makeFolder } from '../../engine/index.ts'
import { BenchError } from '../../shared/contract/errors.ts'
import { ZIP_TAIL_BYTES, zipDirectoryPlace, zipEntries } from '../../shared/format/zip-directory.ts'
import type { ZipEntry } from '../../shared/format/zip-directory.ts'

const LOCAL_BYTES = 30
const STORED = 0
const DEFLATED = 8

/**
 * Unpacks what begins with one of `take` into `folder`.
 * @param told bytes written since the last call
 * @returns how many files
 * @throws BenchError `bad-data` for what is no wheel or a damaged one
 */
export async function unpackWheel(
  file: string,
  folder: string,
  take: readonly string[],
  told: (bytes: number) => void,
  signal: AbortSignal,
): Promise<number> {
  const handle = await open(file)
  try {
    const entries = (await directory(handle, file)).filter(
      ({ name }) => !name.endsWith('/') && take.some((beginning) => name.startsWith(beginning)),
    )
    for (const entry of entries) await unpack(handle, file, entry, folder, told, signal)
    return entries.length
  } finally {
    await handle.close()
  }
}

async function read(handle: FileHandle, at: number, length: number): Promise<DataView> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, at)
  return new DataView(buffer.buffer, buffer.byteOffset, bytesRead)
}

async function directory(handle: FileHandle, file: string): Promise<ZipEntry[]> {
  const { size } = await handle.stat()
  const place = zipDirectoryPlace(await read(handle, Math.max(0, size - ZIP_TAIL_BYTES), ZIP_TAIL_BYTES))
  if (place === null)
    throw new BenchError('bad-data', `${file} is no wheel (no zip archive, or cut off).`, 'from')
  return zipEntries(await read(handle, place.start, place.bytes))
}

async function unpack(
  handle: FileHandle,
  file: string,
  { name, method, crc, packedBytes, header }: ZipEntry,
  folder: string,
  told: (bytes: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const target = resolve(folder, name)
  if (!target.startsWith(resolve(folder) + sep))
    throw new BenchError('bad-data', `${file}: ${name} leads out of the folder.`, 'from')
  if (method !== STORED && method !== DEFLATED)
    throw new BenchError('bad-data', `${file}: ${name} is packed in a way that is not read.`, 'from')
  makeFolder(dirname(target))
  const local = await read(handle, header, LOCAL_BYTES)
  const start = header + LOCAL_BYTES + local.getUint16(26, true) + local.getUint16(28, true)
  let sum = 0
  const check = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sum = crc32(chunk, sum)
      told(chunk.length)
      done(null, chunk)
    },
  })
  const source = createReadStream(file, { start, end: start + packedBytes - 1, highWaterMark: 1 << 20 })
  const sink = createWriteStream(target)
  if (method === STORED) await pipeline(source, check, sink, { signal })
  else await pipeline(source, createInflateRaw({ chunkSize: 1 << 20 }), check, sink, { signal })
  if (sum !== crc) throw new BenchError('bad-data', `${file}: ${name} is damaged.`, 'from')
}
