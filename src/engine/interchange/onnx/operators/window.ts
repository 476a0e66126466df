/** Windows that slide: the attributes of convolutions and pooling, in the bench's terms. */
import { dilatedSize, paddingAmounts } from '../../../../shared/graph/shapes.ts'
import type { Padding } from '../../../../shared/graph/types.ts'
import type { Context } from '../context.ts'
import { unable } from '../failure.ts'
import { extentsOf } from '../view.ts'
import type { View } from '../view.ts'

export interface SlidingWindow {
  readonly view: View
  readonly stride: number
  readonly padding: Padding
  readonly dilation: number
}

type Amounts = [top: number, bottom: number, left: number, right: number]

/** The one number that two are, or an error in words. */
function square(values: readonly number[], what: string): number {
  const [first, second] = values
  return first === second ? first : unable(`its ${what} differ in height and width, ${first} and ${second}`)
}

/**
 * Stride, dilation and padding of a node whose window is `kernel`. Zeros of a Pad before it, and what
 * ceil_mode adds at the end, are part of the padding.
 */
export function windowOf(context: Context, kernel: readonly [number, number]): SlidingWindow {
  const value = context.input(0)
  const view = value?.kind === 'padded' ? value.view : context.view(0)
  const extents = extentsOf(view)
  if (extents.length !== 4) unable(`it reads [${extents}]; windows of the bench slide over images`)
  const given = (name: string): number[] => context.integers(name, -1) ?? [1, 1]
  const stride = square(given('strides'), 'strides')
  const dilation = square(given('dilations'), 'dilations')
  if (!(stride >= 1 && dilation >= 1)) unable(`its stride is ${stride}, its dilation ${dilation}`)
  const sides = [extents[2], extents[3]]
  const reach = kernel.map((side) => dilatedSize(side, dilation))
  const amounts = givenPadding(context, sides, reach, stride)
  if (value?.kind === 'padded') value.amounts.forEach((zeros, k) => (amounts[k] += zeros))
  if (amounts.some((zeros) => !(zeros >= 0))) unable('it cuts the border of what it reads (negative pads)')
  if (context.number('ceil_mode', 0) !== 0) {
    for (const [side, end] of [
      [0, 1],
      [1, 3],
    ]) {
      amounts[end] += ceilExtra(sides[side], amounts[end - 1], amounts[end], reach[side], stride)
    }
  }
  return { view, stride, padding: plain(amounts), dilation }
}

function givenPadding(context: Context, sides: number[], reach: number[], stride: number): Amounts {
  const auto = context.text('auto_pad', 'NOTSET')
  if (auto === 'SAME_UPPER' || auto === 'SAME_LOWER') {
    const pairs = sides.map((side, k) => paddingAmounts(side, reach[k], stride, 'same'))
    const [[top, bottom], [left, right]] = auto === 'SAME_UPPER' ? pairs : pairs.map(([a, b]) => [b, a])
    return [top, bottom, left, right]
  }
  const [top = 0, left = 0, bottom = 0, right = 0] = context.integers('pads', -1) ?? []
  return [top, bottom, left, right]
}

/** Places that ceil_mode adds after the end, so that the last window that begins inside is whole. */
function ceilExtra(length: number, before: number, after: number, reach: number, stride: number): number {
  const rest = (length + before + after - reach) % stride
  if (rest === 0) return 0
  const count = Math.floor((length + before + after - reach) / stride) + 2
  // A window that would begin in the padding is left out.
  return (count - 1) * stride >= length + before ? 0 : stride - rest
}

/** One number where all sides are equal. */
function plain(amounts: Amounts): Padding {
  const [top] = amounts
  return amounts.every((zeros) => zeros === top) ? top : amounts
}
