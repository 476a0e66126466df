/** What a record of a tape holds. */

/**
 * - `image`: address, bytes a plane, bytes a row; three words, of which a kernel is given where they lie.
 * - `address`: in bytes; 0 where there is none.
 * - `word`: an int32. `real`: a float32.
 * - `wordAt`, `realAt`: the address of one, read when the record is done.
 */
export type FieldKind = 'image' | 'address' | 'word' | 'real' | 'wordAt' | 'realAt'

/** Words of a field on a tape. */
export const FIELD_WORDS: Readonly<Record<FieldKind, number>> = {
  image: 3,
  address: 1,
  word: 1,
  real: 1,
  wordAt: 1,
  realAt: 1,
}

export type Fields = Readonly<Record<string, FieldKind>>

export interface Instruction {
  /** The function that does it, and its file among the kernels; null where the interpreter does. */
  readonly kernel: string | null
  readonly file: string
  /** In the order of the function's parameters. */
  readonly fields: Fields
}

export type Instructions = Readonly<Record<string, Instruction>>

/** Rows of `bytes` bytes, `height` a channel. */
export const ROWS = { channels: 'word', height: 'word', bytes: 'word' } as const satisfies Fields

/** Places of `bytes` bytes. */
export const PLACES = {
  channels: 'word',
  height: 'word',
  width: 'word',
  bytes: 'word',
} as const satisfies Fields
