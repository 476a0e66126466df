/** The extents that Reshape, Squeeze, Unsqueeze and Slice ask for. */
import { sizeOf } from '../../../shared/graph/shapes.ts'
import type { Context } from './context.ts'
import { unable } from './failure.ts'

/** ONNX's axis from the end where it is negative. */
export function fromEnd(axis: number, rank: number): number {
  const at = axis < 0 ? axis + rank : axis
  return Number.isInteger(at) && at >= 0 && at < Math.max(rank, 1)
    ? at
    : unable(`axis ${axis} of ${rank} axes`)
}

export function unsqueezed(shape: readonly number[], axes: readonly number[]): number[] {
  const rank = shape.length + axes.length
  const at = new Set(axes.map((axis) => fromEnd(axis, rank)))
  const rest = [...shape]
  return Array.from({ length: rank }, (_, axis) => (at.has(axis) ? 1 : (rest.shift() ?? 1)))
}

export function squeezed(shape: readonly number[], axes: readonly number[] | null): number[] {
  const at = axes && new Set(axes.map((axis) => fromEnd(axis, shape.length)))
  return shape.filter((side, axis) => (at ? !at.has(axis) : side !== 1))
}

/** The extents that Reshape asks for: 0 copies, −1 is what is left. */
export function reshapeTarget(
  from: readonly number[],
  asked: readonly number[],
  allowZero: boolean,
): number[] {
  const target = asked.map((side, axis) => (side === 0 && !allowZero ? (from[axis] ?? 0) : side))
  const open = target.indexOf(-1)
  if (open >= 0) target[open] = sizeOf(from) / sizeOf(target.filter((_, axis) => axis !== open))
  const bad = target.some((side) => !Number.isSafeInteger(side) || side < 0)
  return bad ? unable(`[${from}] cannot become [${asked}]`) : target
}

/** One cut of Slice along an axis. */
export interface Cut {
  readonly axis: number
  readonly begin: number
  readonly count: number
  readonly step: number
}

/** The cuts that a Slice node makes in a value of these extents. */
export function cutsOf(context: Context, extents: readonly number[]): Cut[] {
  const starts = context.integers('starts', 1) ?? []
  const ends = context.integers('ends', 2) ?? []
  const axes = context.integers('axes', 3) ?? [...starts.keys()]
  const steps = context.integers('steps', 4) ?? starts.map(() => 1)
  return axes.map((given, k) => {
    const axis = fromEnd(given, extents.length)
    const side = extents[axis]
    const step = steps[k]
    if (!Number.isInteger(step) || step === 0) unable(`its step is ${step}`)
    // Backwards the places end before the first one, −1.
    const [low, high] = step > 0 ? [0, side] : [-1, side - 1]
    const clamp = (at: number): number => Math.min(Math.max(at < 0 ? at + side : at, low), high)
    const begin = clamp(starts[k])
    const count = Math.max(Math.ceil((clamp(ends[k]) - begin) / step), 0)
    return { axis, begin, count, step }
  })
}
