/** Appendix F: a matrix, or a kernel as one matrix per spatial place, with its mask. */
import { captionHeight, captionLines, drawCaption, svgDocument } from './document.ts'
import { element, label, short, xml } from './svg.ts'

export interface KernelPicture {
  readonly title: string
  /** [in, out] or [height, width, in, out]. */
  readonly shape: readonly number[]
  readonly values: ArrayLike<number>
  readonly mask: ArrayLike<number>
}

const GAP = 8
const HEAD = 34
const MOST_SIDE = 620
/** Weights of both signs and unmasked zeros. */
const FILLS = { positive: '#0072b2', negative: '#d55e00', zero: '#b3b3b3' } as const
type Kind = keyof typeof FILLS

/**
 * One square per unmasked entry: blue above 0, vermilion below, grey for an unmasked zero. Masked entries
 * stay white. Runs of the same kind in a row become one rectangle. @throws RangeError for other shapes or
 * lengths.
 */
export function kernelPicture({ title, shape, values, mask }: KernelPicture): string {
  const [height, width, rows, columns] = shape.length === 2 ? [1, 1, ...shape] : shape
  if (![2, 4].includes(shape.length))
    throw new RangeError(`A picture needs 2 or 4 sides, not ${shape.length}.`)
  const entries = height * width * rows * columns
  if (values.length !== entries || mask.length !== entries)
    throw new RangeError(
      `${shape.join(' × ')} has ${entries} entries, not ${values.length} and ${mask.length}.`,
    )
  const cell = Math.max(0.5, Math.min(8, (MOST_SIDE - GAP * (width + 1)) / (width * columns)))
  const sheet = Math.max(360, width * (columns * cell + GAP) + GAP)
  const paths: Record<Kind, string[]> = { positive: [], negative: [], zero: [] }
  const frames: string[] = []
  for (let place = 0; place < height * width; place++) {
    const left = GAP + (place % width) * (columns * cell + GAP)
    const top = HEAD + Math.floor(place / width) * (rows * cell + GAP)
    frames.push(
      `M${short(left)} ${short(top)}h${short(columns * cell)}` +
        `v${short(rows * cell)}h${short(-columns * cell)}Z`,
    )
    for (let row = 0; row < rows; row++) {
      const at = (place * rows + row) * columns
      for (let column = 0; column < columns;) {
        const kind = kindAt(values, mask, at + column)
        let end = column + 1
        while (end < columns && kindAt(values, mask, at + end) === kind) end++
        const d = `M${short(left + column * cell)} ${short(top + row * cell)}h${short((end - column) * cell)}`
        if (kind) paths[kind].push(`${d}v${short(cell)}h${short((column - end) * cell)}Z`)
        column = end
      }
    }
  }
  const counts = countKinds(values, mask)
  const caption = captionLines(
    `Shape ${shape.join(' × ')}; ${counts.positive} weights above 0 (blue), ` +
      `${counts.negative} below (vermilion), ` +
      `${counts.zero} unmasked zeros (grey), ` +
      `${entries - counts.positive - counts.negative - counts.zero} masked (white).`,
    sheet,
  )
  const bottom = HEAD + height * (rows * cell + GAP) + 4
  return svgDocument(sheet, bottom + captionHeight(caption), [
    element('title', {}, xml(title)),
    label(title, { x: sheet / 2, y: 20, 'text-anchor': 'middle', 'font-size': 14, 'font-weight': 'bold' }),
    ...(Object.keys(FILLS) as Kind[])
      .filter((kind) => paths[kind].length > 0)
      .map((kind) => element('path', { d: paths[kind].join(''), fill: FILLS[kind] })),
    element('path', { d: frames.join(''), fill: 'none', stroke: '#7a7a7a', 'stroke-width': 0.75 }),
    ...drawCaption(caption, bottom),
  ])
}

function kindAt(values: ArrayLike<number>, mask: ArrayLike<number>, at: number): Kind | null {
  if (!mask[at]) return null
  return values[at] > 0 ? 'positive' : values[at] < 0 ? 'negative' : 'zero'
}

function countKinds(values: ArrayLike<number>, mask: ArrayLike<number>): Record<Kind, number> {
  const counts = { positive: 0, negative: 0, zero: 0 }
  for (let at = 0; at < values.length; at++) {
    const kind = kindAt(values, mask, at)
    if (kind) counts[kind]++
  }
  return counts
}
