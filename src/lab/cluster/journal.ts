/**
 * The journal of an attempt of a run: a line each of what its thread told. It is written by one process and
 * only grows; what is read of it are whole lines, so that a line cut off by a crash or not yet seen through
 * the network is none yet.
 */
import { closeSync, existsSync, fstatSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs'
import { fromJson, toJson } from '../store/exact-json.ts'
import { explain } from '../store/failures.ts'
import type { WorkerMessage } from '../threads/protocol.ts'

const NEWLINE = 10

/** What was before an attempt: bytes of an earlier one's journal that hold, or the beginning. */
export interface JournalOrigin {
  readonly attempt: number
  readonly bytes: number
}

export type JournalEntry = { readonly at: string } & (
  | {
      readonly kind: 'begin'
      /** Null: of the run's inputs. */
      readonly after: JournalOrigin | null
      /** Whether it goes on from a checkpoint. */
      readonly resumes: boolean
      readonly step: number
      readonly seconds: number
      readonly job: string | null
      readonly node: string | null
    }
  | { readonly kind: 'beat' }
  | Exclude<WorkerMessage, { kind: 'done' | 'failed' }>
)

export interface JournalLine {
  readonly entry: JournalEntry
  /** Bytes of the journal up to the end of this line. */
  readonly end: number
}

export class Journal {
  readonly file: string
  readonly #descriptor: number
  #written = 0
  /** Bytes of whole lines that were written. */
  bytes = 0
  /** Lines that could not be written yet. */
  #held: Buffer = Buffer.alloc(0)

  /** Begins a journal. @throws what the file system throws, EEXIST where another process began it. */
  constructor(file: string) {
    this.file = file
    this.#descriptor = openSync(file, 'ax', 0o600)
  }

  /** Appends a line; `whole` waits until it is on the disk. @throws BenchError `disk-full`; it is kept. */
  append(entry: JournalEntry, whole = false): void {
    this.#held = Buffer.concat([this.#held, Buffer.from(`${toJson(entry)}\n`)])
    this.flush(whole)
  }

  /** Writes what is held. @throws BenchError `disk-full` */
  flush(whole = false): void {
    try {
      while (this.#held.length > 0) {
        const written = writeSync(this.#descriptor, this.#held)
        const line = this.#held.lastIndexOf(NEWLINE, written - 1)
        if (line >= 0) this.bytes = this.#written + line + 1
        this.#written += written
        this.#held = this.#held.subarray(written)
      }
      if (whole) fsyncSync(this.#descriptor)
    } catch (error) {
      throw explain(error, this.file)
    }
  }

  close(): void {
    closeSync(this.#descriptor)
  }
}

/** At most so many bytes are read at a time. */
const PIECE = 1 << 22

/**
 * Whole lines of a journal from a place on, up to another at most. A line that is not one (zeros after a
 * power cut) is passed over: what it told comes again from the checkpoint before it.
 * @returns lines, and the place after the last whole one
 */
export function readJournal(
  file: string,
  from: number,
  to = Number.MAX_SAFE_INTEGER,
): { lines: JournalLine[]; end: number } {
  if (!existsSync(file)) return { lines: [], end: from }
  const descriptor = openSync(file, 'r')
  try {
    const size = Math.min(fstatSync(descriptor).size, to)
    let length = Math.min(PIECE, size - from)
    if (length <= 0) return { lines: [], end: from }
    let piece = read(descriptor, from, length)
    // One line longer than a piece: the reports of a network of a thousand layers.
    while (!piece.includes(NEWLINE) && from + length < size) {
      length = Math.min(2 * length, size - from)
      piece = read(descriptor, from, length)
    }
    return linesOf(piece, from)
  } finally {
    closeSync(descriptor)
  }
}

function read(descriptor: number, from: number, length: number): Buffer {
  const piece = Buffer.alloc(length)
  let done = 0
  while (done < length) {
    const got = readSync(descriptor, piece, done, length - done, from + done)
    if (got === 0) break
    done += got
  }
  return piece.subarray(0, done)
}

function linesOf(piece: Buffer, from: number): { lines: JournalLine[]; end: number } {
  const lines: JournalLine[] = []
  let begin = 0
  for (let next = piece.indexOf(NEWLINE); next >= 0; next = piece.indexOf(NEWLINE, begin)) {
    const entry = entryOf(piece.toString('utf8', begin, next))
    begin = next + 1
    if (entry) lines.push({ entry, end: from + begin })
  }
  return { lines, end: from + begin }
}

function entryOf(text: string): JournalEntry | null {
  try {
    return fromJson(text) as JournalEntry
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

/** All whole lines of a journal up to a place. */
export function* allLines(file: string, to?: number): Generator<JournalLine> {
  for (let from = 0; ;) {
    const { lines, end } = readJournal(file, from, to)
    if (end === from) return
    yield* lines
    from = end
  }
}
