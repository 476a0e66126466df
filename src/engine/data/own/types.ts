/** What is read from a user's own files, before it becomes a data set. */
import type { Images } from '../images.ts'
import type { Numbers } from '../numbers-dataset.ts'
import type { ImagePack } from './pack.ts'
import type { Split } from './split.ts'

interface Common {
  /** In words: `NPZ`, `CSV`, `Parquet`. */
  readonly form: string
  readonly classNames: readonly string[]
  /** SHA-256 over the content of all files read. */
  readonly hash: string
  /** What a user should know of what was read. */
  readonly notes: readonly string[]
}

export interface BytesContent extends Common {
  readonly kind: 'bytes'
  readonly train: Images
  readonly validation: Images | null
  readonly test: Images
}

export interface NumbersContent extends Common {
  readonly kind: 'numbers'
  /** [features] or [height, width, channels]. */
  readonly shape: readonly number[]
  /** Names of the features; null where they have none. */
  readonly columns: readonly string[] | null
  readonly train: Numbers
  readonly validation: Numbers | null
  readonly test: Numbers
}

/** Encoded images, decoded as batches need them. */
export interface PackedContent extends Common {
  readonly kind: 'packed'
  readonly pack: ImagePack
  readonly labels: Readonly<Record<Split, Uint16Array>>
}

export type OwnContent = BytesContent | NumbersContent | PackedContent

/** Collects what is wrong, so that a check tells all of it and a run the first. */
export class Findings {
  readonly problems: string[] = []
  readonly notes: string[] = []

  problem(text: string): void {
    this.problems.push(text)
  }

  note(text: string): void {
    this.notes.push(text)
  }
}
