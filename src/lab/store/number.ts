/** Numbers as SQLite can hold them: NaN would become NULL, so that a kind says what a missing value is. */

export const KIND = { finite: 0, nan: 1, infinity: 2, minusInfinity: 3 } as const

/** The kind of a number, as stored beside it. */
export function kindOf(value: number): number {
  if (Number.isFinite(value)) return KIND.finite
  if (Number.isNaN(value)) return KIND.nan
  return value > 0 ? KIND.infinity : KIND.minusInfinity
}

/** The number that a stored pair means. */
export function fromStored(value: number | null, kind: number): number {
  switch (kind) {
    case KIND.finite:
      return value as number
    case KIND.infinity:
      return Number.POSITIVE_INFINITY
    case KIND.minusInfinity:
      return Number.NEGATIVE_INFINITY
    default:
      return Number.NaN
  }
}

/** What goes into the value column. */
export function toStored(value: number): number | null {
  return Number.isFinite(value) ? value : null
}
