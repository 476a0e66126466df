/**
 * Files over a line. The sender reads a file, or every file of a folder, in pieces and ends each with its
 * SHA-256; the receiver writes under names of its own and compares.
 */
import { createHash } from 'node:crypto'
import type { Hash } from 'node:crypto'
import { open, readdir, stat } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { dirname, join, sep } from 'node:path'
import { makeFolder } from '../../engine/index.ts'
import { BenchError, fromErrorMessage, toErrorMessage } from '../../shared/contract/errors.ts'
import { explain } from '../store/failures.ts'
import type { Line } from './line.ts'
import type { LineMessage } from './messages.ts'

const PIECE = 256 * 1024

/** Sends what lies at `path` as files of a call's field. @throws what reading throws, after saying so. */
export async function sendFiles(
  line: Line,
  next: () => number,
  { id, field, path }: { readonly id: number; readonly field: string; readonly path: string },
): Promise<void> {
  const folder = (await stat(path)).isDirectory()
  const names = folder
    ? (await readdir(path, { recursive: true, withFileTypes: true }))
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(path.length + 1))
    : ['']
  for (const name of names) {
    const stream = next()
    line.send({ kind: 'file', stream, id, field, path: name.split(sep).join('/') })
    await sendOne(line, stream, join(path, name))
  }
}

async function sendOne(line: Line, stream: number, file: string): Promise<void> {
  const hash = createHash('sha256')
  try {
    const handle = await open(file)
    try {
      for (;;) {
        const { buffer, bytesRead } = await handle.read(Buffer.alloc(PIECE), 0, PIECE)
        if (bytesRead === 0 || line.closed) break
        const piece = buffer.subarray(0, bytesRead)
        hash.update(piece)
        await line.sendChunk(stream, piece)
      }
    } finally {
      await handle.close()
    }
  } catch (error) {
    line.send({ kind: 'broken', stream, error: toErrorMessage(error) })
    throw error
  }
  line.send({ kind: 'end', stream, sha256: hash.digest('hex') })
}

interface Coming {
  readonly handle: FileHandle
  readonly file: string
  readonly hash: Hash
  readonly id: number
}

/** Files that come in; each is told when it is whole, or why it is not. */
export class Incoming {
  readonly #coming = new Map<number, Coming>()
  /** Where a file of a call goes; null for one that nobody asked for. */
  readonly #placeOf: (id: number, field: string) => string | null
  readonly #failed: (id: number, error: Error) => void

  constructor(
    placeOf: (id: number, field: string) => string | null,
    failed: (id: number, error: Error) => void,
  ) {
    this.#placeOf = placeOf
    this.#failed = failed
  }

  async begin({ stream, id, field, path }: Extract<LineMessage, { kind: 'file' }>): Promise<void> {
    const place = this.#placeOf(id, field)
    if (place === null) return
    const parts = path === '' ? [] : path.split('/')
    if (parts.some((part) => part === '' || part === '.' || part === '..' || /[\\:\0]/.test(part)))
      throw new BenchError('bad-file', `The other end sent a file of the name “${path}”.`, 'line')
    const file = join(place, ...parts)
    try {
      makeFolder(dirname(file))
      const handle = await open(file, 'wx', 0o600)
      this.#coming.set(stream, { handle, file, hash: createHash('sha256'), id })
    } catch (error) {
      this.#fail(id, file, error)
    }
  }

  async piece(stream: number, bytes: Buffer): Promise<void> {
    const coming = this.#coming.get(stream)
    if (!coming) return
    coming.hash.update(bytes)
    try {
      await coming.handle.writeFile(bytes)
    } catch (error) {
      await this.#drop(stream)
      this.#fail(coming.id, coming.file, error)
    }
  }

  async end({ stream, sha256 }: Extract<LineMessage, { kind: 'end' }>): Promise<void> {
    const coming = this.#coming.get(stream)
    if (!coming) return
    try {
      await coming.handle.sync()
      await this.#drop(stream)
      if (coming.hash.digest('hex') !== sha256)
        throw new BenchError('bad-file', 'A file came over the line with other bytes than were sent.', 'line')
    } catch (error) {
      this.#fail(coming.id, coming.file, error)
    }
  }

  async broken({ stream, error }: Extract<LineMessage, { kind: 'broken' }>): Promise<void> {
    const coming = this.#coming.get(stream)
    if (!coming) return
    await this.#drop(stream)
    this.#failed(coming.id, fromErrorMessage(error))
  }

  /** The line is gone: what came in part stays with whoever removes its folder. */
  async close(): Promise<void> {
    for (const stream of [...this.#coming.keys()]) await this.#drop(stream)
  }

  async #drop(stream: number): Promise<void> {
    const coming = this.#coming.get(stream)
    this.#coming.delete(stream)
    await coming?.handle.close()
  }

  #fail(id: number, file: string, error: unknown): void {
    const told = explain(error, file)
    this.#failed(id, told instanceof Error ? told : new Error(String(told)))
  }
}
