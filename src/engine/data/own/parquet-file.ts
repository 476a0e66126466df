/** One Parquet file: its columns and its rows, a row group at a time. Read by hyparquet. */
import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib'
import { parquetMetadataAsync, parquetRead, parquetSchema, snappyUncompress } from 'hyparquet'
import type { AsyncBuffer, Compressors, FileMetaData, SchemaTree } from 'hyparquet'
import { BenchError } from '../../../shared/contract/errors.ts'
import { withinMemory } from '../../interchange/limits.ts'

export type ColumnKind = 'image' | 'bytes' | 'integer' | 'number' | 'text' | 'other'

export interface ParquetFile {
  readonly path: string
  readonly rows: number
  readonly columns: ReadonlyMap<string, ColumnKind>
  /** Class names by column, as the Hugging Face hub writes them. */
  readonly classNames: ReadonlyMap<string, readonly string[]>
  readonly groups: readonly { readonly start: number; readonly end: number }[]
  /** Rows of a group, as objects of the columns asked for. */
  read(group: number, columns: readonly string[]): Promise<readonly Readonly<Record<string, unknown>>[]>
  close(): Promise<void>
}

type Unzip = (bytes: Uint8Array, options: { maxOutputLength: number }) => Uint8Array

/** Decompressors that give no more than a page says it holds, which is no more than data may take. */
function compressorsOf(path: string): Compressors {
  const within = (length: number): number => {
    withinMemory(length, path, 'the values of one page')
    return length
  }
  const limited =
    (unzip: Unzip) =>
    (bytes: Uint8Array, length: number): Uint8Array =>
      new Uint8Array(unzip(bytes, { maxOutputLength: Math.max(1, within(length)) }))
  return {
    SNAPPY: (bytes, length) => {
      const out = new Uint8Array(within(length))
      snappyUncompress(bytes, out)
      return out
    },
    GZIP: limited(gunzipSync),
    BROTLI: limited(brotliDecompressSync),
    ZSTD: limited(zstdDecompressSync),
  }
}

function bufferOf(path: string, file: FileHandle, byteLength: number): AsyncBuffer {
  return {
    byteLength,
    async slice(start, end = byteLength) {
      const [from, to] = [Math.max(0, start), Math.min(end, byteLength)]
      withinMemory(to - from, path, 'the bytes of one column of a row group')
      const bytes = new Uint8Array(Math.max(0, to - from))
      let at = 0
      while (at < bytes.length) {
        const { bytesRead } = await file.read(bytes, at, Math.min(2 ** 30, bytes.length - at), from + at)
        if (bytesRead === 0) throw new Error('the file ends early')
        at += bytesRead
      }
      return bytes.buffer
    },
  }
}

function kindOf({ element, children }: SchemaTree): ColumnKind {
  if (children.length > 0)
    return children.some(({ element: child }) => child.name === 'bytes') ? 'image' : 'other'
  if (element.repetition_type === 'REPEATED') return 'other'
  const text = element.converted_type === 'UTF8' || element.logical_type?.type === 'STRING'
  switch (element.type) {
    case 'INT32':
    case 'INT64':
      return element.logical_type?.type === 'TIMESTAMP' || element.converted_type === 'DECIMAL'
        ? 'other'
        : 'integer'
    case 'BOOLEAN':
      return 'integer'
    case 'FLOAT':
    case 'DOUBLE':
      return 'number'
    case 'BYTE_ARRAY':
      return text ? 'text' : 'bytes'
    default:
      return 'other'
  }
}

interface HubFeature {
  readonly _type?: string
  readonly names?: readonly string[]
}

function namesIn(metadata: FileMetaData): Map<string, readonly string[]> {
  const text = metadata.key_value_metadata?.find(({ key }) => key === 'huggingface')?.value
  const found = new Map<string, readonly string[]>()
  if (text === undefined) return found
  try {
    const { info } = JSON.parse(text) as { info?: { features?: Record<string, HubFeature> } }
    for (const [name, { _type, names }] of Object.entries(info?.features ?? {})) {
      if (_type === 'ClassLabel' && names && names.length > 0) found.set(name, names.map(String))
    }
  } catch {
    // Not the hub's words: the labels then have numbers for names.
  }
  return found
}

const MOST_ROWS = 2 ** 31

/** Opens a file and reads its directory. Throws BenchError('bad-data') naming the file. */
export async function openParquet(path: string): Promise<ParquetFile> {
  const bad = (cause: unknown): BenchError => {
    if (cause instanceof BenchError) return cause
    const why = cause instanceof Error ? cause.message : String(cause)
    return new BenchError('bad-data', `${path}: cannot be read as Parquet (${why})`, path, { cause })
  }
  const handle = await open(path, 'r')
  try {
    const { size } = await handle.stat()
    const file = bufferOf(path, handle, size)
    const metadata = await parquetMetadataAsync(file)
    const rows = Number(metadata.num_rows)
    if (!(rows >= 0 && rows <= MOST_ROWS)) throw new Error(`${rows} rows`)
    let start = 0
    const groups = metadata.row_groups.map((group) => {
      const end = start + Number(group.num_rows)
      const range = { start, end }
      start = end
      return range
    })
    if (start !== rows) throw new Error(`its row groups hold ${start} rows, its directory says ${rows}`)
    const columns = new Map(
      parquetSchema(metadata).children.map((child) => [child.element.name, kindOf(child)]),
    )
    return {
      path,
      rows,
      columns,
      groups,
      classNames: namesIn(metadata),
      async read(group, names) {
        try {
          const bytes = metadata.row_groups[group].columns
            .filter(({ meta_data }) => names.includes(meta_data?.path_in_schema[0] ?? ''))
            .reduce((sum, { meta_data }) => sum + Number(meta_data?.total_uncompressed_size ?? 0), 0)
          withinMemory(bytes, path, `the rows ${groups[group].start} to ${groups[group].end} (one row group)`)
          let found: readonly Record<string, unknown>[] = []
          await parquetRead({
            file,
            metadata,
            columns: [...names],
            rowStart: groups[group].start,
            rowEnd: groups[group].end,
            rowFormat: 'object',
            utf8: false,
            geoparquet: false,
            compressors: compressorsOf(path),
            onComplete: (read) => (found = read),
          })
          return found
        } catch (cause) {
          throw bad(cause)
        }
      },
      close: () => handle.close(),
    }
  } catch (cause) {
    await handle.close()
    throw bad(cause)
  }
}
