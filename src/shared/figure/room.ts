/** What has room along an axis: labels of ticks that do not touch, markers that can be told apart. */
import { label, letterCount } from './svg.ts'

/** Of a letter of an axis or a legend, about. */
export const LETTER_WIDTH = 6.3

/** Words under an axis, centred as far as the width lets them; without what its ticks say where too long. */
export function xLabelWithin(
  text: string,
  width: number,
  { x, y }: { readonly x: number; readonly y: number },
): string {
  const widthOf = (words: string) => LETTER_WIDTH * letterCount(words)
  const words = widthOf(text) > width - 8 ? text.replace(' (log scale)', '') : text
  const half = widthOf(words) / 2 + 4
  return label(words, { x: Math.max(half, Math.min(x, width - half)), y, 'text-anchor': 'middle' })
}

/** The items whose words, centred at their places, leave a gap to those before them. */
export function withRoom<Item>(
  items: readonly Item[],
  placeOf: (item: Item) => number,
  widthOf: (item: Item) => number,
  gap = 5,
): Item[] {
  const kept: Item[] = []
  for (const item of [...items].sort((a, b) => placeOf(a) - placeOf(b))) {
    const last = kept.at(-1)
    const needed = last === undefined ? 0 : (widthOf(last) + widthOf(item)) / 2 + gap
    if (last === undefined || placeOf(item) - placeOf(last) >= needed) kept.push(item)
  }
  return kept
}

/** So many of the places that neighbours stand `least` apart on average, the ends among them. */
export function thinnedPlaces<Place extends { readonly x: number }>(
  places: readonly Place[],
  least: number,
): readonly Place[] {
  const wide = Math.abs((places.at(-1)?.x ?? 0) - (places[0]?.x ?? 0))
  const most = Math.max(2, Math.floor(wide / least) + 1)
  // A few that lie close are points of their own and not a curve.
  if (places.length <= Math.max(most, FEW)) return places
  const step = (places.length - 1) / (most - 1)
  return Array.from({ length: most }, (_, index) => places[Math.round(index * step)])
}

/** So many markers stand all. */
const FEW = 12
