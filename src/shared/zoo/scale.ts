/** Width and depth multipliers, and what a family refuses. */
import { BenchError } from '../contract/errors.ts'
import type { Shape } from '../graph/types.ts'
import { shapeText } from '../graph/shapes.ts'

/** `count` times `multiplier`, rounded to the nearest integer, at least 1. */
export function scaled(count: number, multiplier: number): number {
  return Math.max(1, Math.round(count * multiplier))
}

/** Throws BenchError('bad-specification') unless the input is an image [height, width, channels]. */
export function requireImage(family: string, input: Shape): void {
  if (input.length === 3) return
  throw new BenchError(
    'bad-specification',
    `${family} takes images (height × width × channels), not inputs of ${shapeText(input)}.`,
    'model.name',
  )
}

/** Throws BenchError('bad-specification') that lists what a field of the model allows. */
export function refuse(
  field: 'depth' | 'variant' | 'depthMultiplier',
  family: string,
  given: unknown,
  allowed: readonly unknown[],
): never {
  throw new BenchError(
    'bad-specification',
    `${family} has no ${field} ${String(given)}; allowed: ${allowed.join(', ')}.`,
    `model.${field}`,
  )
}
