/**
 * The trail of a run: a file beside its checkpoints of all that its thread has told, line by line, up to the
 * last checkpoint, which is a line itself. The database is told the same, but a power cut, or an older copy
 * put back, may take away what it was told last; from checkpoint and trail it comes back whole
 * (run/adopt.ts). It goes with the end of its run.
 */
import { closeSync, constants, existsSync, fsyncSync, ftruncateSync, openSync } from 'node:fs'
import { readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { fromJson, toJson } from '../store/exact-json.ts'
import { explain } from '../store/failures.ts'
import type { WorkerMessage } from './protocol.ts'

const NEWLINE = 10

type Told<Kind extends WorkerMessage['kind']> = Extract<WorkerMessage, { kind: Kind }>

/** What a thread tells that the database keeps. */
export type Kept = Told<'metrics' | 'layers' | 'event' | 'environment'>

export type TrailEntry =
  /** What was told before this step is not in this trail; null: it is whole. */
  | { readonly kind: 'begin'; readonly step: number | null }
  | Told<'checkpoint'>
  | (Kept & { readonly at: string })

export interface TrailLine {
  readonly entry: TrailEntry
  /** Bytes up to the end of this line. */
  readonly end: number
}

/** Name of the trail of an owner (see checkpointOwner). */
export const trailName = (owner: string): string => `${owner}.trail`

/** The run of a file of that name; null for other files. */
export function runOfTrail(name: string): number | null {
  const found = /^(\d+)-[0-9a-f]+\.trail$/.exec(name)
  return found && Number(found[1])
}

/** The lines of a trail up to the first that is not whole; none where there is no trail. */
export function* trailLines(file: string): Generator<TrailLine> {
  if (!existsSync(file)) return
  const bytes = readFileSync(file)
  let begin = 0
  for (let next = bytes.indexOf(NEWLINE); next >= 0; next = bytes.indexOf(NEWLINE, begin)) {
    let entry: TrailEntry
    try {
      entry = fromJson(bytes.toString('utf8', begin, next)) as TrailEntry
    } catch (error) {
      if (error instanceof SyntaxError) return
      throw error
    }
    begin = next + 1
    yield { entry, end: begin }
  }
}

export class Trail {
  readonly #file: string
  /** Bytes that hold; what is behind them was told after the checkpoint from which the run goes on. */
  #end = 0
  #held: TrailEntry[] = []

  /**
   * The trail of a run that begins, or goes on.
   * @param from the checkpoint from which it goes on; null: from its beginning
   */
  constructor(folder: string, owner: string, from: { readonly file: string; readonly step: number } | null) {
    this.#file = join(folder, trailName(owner))
    if (from === null) {
      this.#held.push({ kind: 'begin', step: null })
      return
    }
    for (const { entry, end } of trailLines(this.#file)) {
      if (entry.kind === 'checkpoint' && entry.file === from.file) this.#end = end
    }
    // A checkpoint of an earlier version, of a bundle or of a cluster: what was before it is the database's.
    if (this.#end === 0) this.#held.push({ kind: 'begin', step: from.step })
  }

  /** Keeps what was told until the next checkpoint. */
  keep(message: Kept): void {
    this.#held.push({ ...message, at: new Date().toISOString() })
  }

  /**
   * Writes what was kept, and a checkpoint that is on the disk; waits until the trail is there too.
   * @throws BenchError `disk-full`; then all is kept for the next checkpoint.
   */
  record(checkpoint: Told<'checkpoint'>): void {
    const bytes = Buffer.from([...this.#held, checkpoint].map((entry) => `${toJson(entry)}\n`).join(''))
    try {
      const descriptor = openSync(this.#file, constants.O_RDWR | constants.O_CREAT, 0o600)
      try {
        for (let done = 0; done < bytes.length;)
          done += writeSync(descriptor, bytes, done, bytes.length - done, this.#end + done)
        ftruncateSync(descriptor, this.#end + bytes.length)
        fsyncSync(descriptor)
      } finally {
        closeSync(descriptor)
      }
    } catch (error) {
      throw explain(error, this.#file)
    }
    this.#end += bytes.length
    this.#held = []
  }
}
