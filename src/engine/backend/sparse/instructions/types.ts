/** What a record of a tape holds. */

/**
 * - `image`: address, bytes a plane, bytes a row; three words, of which a kernel is given where they lie.
 * - `address`: in bytes. `optional`: the same, or 0 where there is none.
 * - `word`: an int32. `real`: a float32.
 * - `wordAt`, `realAt`: the address of one, read when the record is done.
 */
export type FieldKind = 'image' | 'address' | 'optional' | 'word' | 'real' | 'wordAt' | 'realAt'

/** Words of a field on a tape. */
export const FIELD_WORDS: Readonly<Record<FieldKind, number>> = {
  image: 3,
  address: 1,
  optional: 1,
  word: 1,
  real: 1,
  wordAt: 1,
  realAt: 1,
}

export type Fields = Readonly<Record<string, FieldKind>>

/** Where an image lies and how many bytes its planes and rows are apart. */
export interface PlacedImage {
  readonly at: number
  readonly plane: number
  readonly row: number
}

type ValueOf<Kind extends FieldKind> = Kind extends 'image' ? PlacedImage : number

/** What a record's fields are written from. */
export type ValuesOf<Kinds extends Fields> = {
  readonly [Field in keyof Kinds]: ValueOf<Kinds[Field]>
}

/** Bytes [from, to) after an address; of arrays that lie apart, after each of them. */
export interface Span {
  readonly from: number
  readonly to: number
  readonly arrays?: { readonly count: number; readonly stride: number }
}

/** Reads the tables that records name; 0 where there is no memory. */
export interface Tables {
  word(at: number): number
  /** The least and the largest of `count` words, of which every `step`th is taken. */
  range(at: number, count: number, step?: number): { readonly least: number; readonly most: number }
}

type AddressesOf<Kinds extends Fields> = {
  [Field in keyof Kinds]: Kinds[Field] extends 'image' | 'address' | 'optional' ? Field : never
}[keyof Kinds]

export interface Instruction<Kinds extends Fields = Fields> {
  /** The function that does it, and its file among the kernels; null where the interpreter does. */
  readonly kernel: string | null
  readonly file: string
  /** In the order of the function's parameters. */
  readonly fields: Kinds
  /** The bytes that are read or written from each address on; nothing else is. */
  spans(values: ValuesOf<Kinds>, tables: Tables): Readonly<Record<AddressesOf<Kinds>, Span>>
}

export type Instructions = Readonly<Record<string, Instruction>>

/** An instruction, its fields as they are written here. */
export const instruction = <const Kinds extends Fields>(given: Instruction<Kinds>): Instruction<Kinds> =>
  given

/** Rows of `bytes` bytes, `height` a channel. */
export const ROWS = { channels: 'word', height: 'word', bytes: 'word' } as const satisfies Fields

/** Places of `bytes` bytes. */
export const PLACES = {
  channels: 'word',
  height: 'word',
  width: 'word',
  bytes: 'word',
} as const satisfies Fields
