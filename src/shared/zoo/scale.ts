/** Width and depth multipliers. */

/** `count` times `multiplier`, rounded to the nearest integer, at least 1. */
export function scaled(count: number, multiplier: number): number {
  return Math.max(1, Math.round(count * multiplier))
}
