/** Which bytes a field's address leads to, for checks of tapes. */
import type { PlacedImage, Span, Tables } from './types.ts'

export const bytes = (size: number, from = 0): Span => ({ from, to: from + size })

export const words = (count: number, first = 0): Span => bytes(4 * count, 4 * first)

interface Rows {
  readonly channels: number
  readonly height: number
  readonly bytes: number
}

interface Places extends Rows {
  readonly width: number
}

/** Rows of `bytes` bytes of an image's channels. */
export const rowsIn = ({ plane, row }: PlacedImage, { channels, height, bytes: size }: Rows): Span =>
  bytes((channels - 1) * plane + (height - 1) * row + size)

/** Places of `bytes` bytes, `step` bytes apart. */
export const placesIn = (image: PlacedImage, places: Places, step = places.bytes): Span =>
  rowsIn(image, { ...places, bytes: (places.width - 1) * step + places.bytes })

/** `size` bytes at each of `count` offsets of a table, of which every `step`th is one. */
export function atOffsets(tables: Tables, table: number, count: number, size: number, step = 1): Span {
  const { least, most } = tables.range(table, count, step)
  return count > 0 ? { from: least, to: most + size } : bytes(0)
}

/** Bytes of so many places and rows, `x` and `y` bytes apart, of `bytes` bytes each. */
export const reach = (
  { height, width, bytes: size }: Pick<Places, 'height' | 'width' | 'bytes'>,
  y: number,
  x: number,
): number => (height - 1) * y + (width - 1) * x + size

/** The same span of several fields. */
export const each = <Name extends string>(span: Span, ...names: readonly Name[]): Record<Name, Span> =>
  Object.fromEntries(names.map((name) => [name, span])) as Record<Name, Span>

/** The first of a kernel's nonzeros, and the number behind the last: its rows lie one after the other. */
export function nonzerosOf(tables: Tables, rowStarts: number, rows: number): [first: number, end: number] {
  return [tables.word(rowStarts), tables.word(rowStarts + 4 * rows)]
}
