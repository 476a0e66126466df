/** Axes: from numbers to places on paper, with round ticks. */

export interface Scale {
  /** Place of a value in pixels; NaN where the value has none (not finite, or not positive on a log axis). */
  place(value: number): number
  readonly ticks: readonly { readonly value: number; readonly label: string }[]
  /** Places of the unlabelled ticks of a log axis (2 … 9 of each power of ten); empty on a linear one. */
  readonly minor: readonly number[]
  readonly low: number
  readonly high: number
}

export interface ScaleOptions {
  readonly values: readonly number[]
  readonly log: boolean
  /** Pixels of the low and of the high end. */
  readonly from: number
  readonly to: number
  /** Ticks wanted, about. */
  readonly count?: number
  /** Beyond which the axis never goes. */
  readonly limits?: readonly [number, number]
  /** Ends that are given; null for those that follow the values. */
  readonly fixed?: readonly [number | null, number | null]
}

/**
 * A scale over the finite values (positive ones on a log axis) with a small margin; 0 … 1 where there are
 * none.
 */
export function makeScale({ values, log, from, to, count = 6, limits, fixed }: ScaleOptions): Scale {
  const usable = values.filter((value) => Number.isFinite(value) && (!log || value > 0))
  const warp = log ? Math.log10 : (value: number) => value
  let low = usable.length > 0 ? usable.reduce((a, b) => Math.min(a, b)) : log ? 0.1 : 0
  let high = usable.length > 0 ? usable.reduce((a, b) => Math.max(a, b)) : 1
  if (low === high) {
    low = log ? low / 2 : low - (Math.abs(low) || 1) * 0.1
    high = log ? high * 2 : high + (Math.abs(high) || 1) * 0.1
  }
  const margin = 0.03 * (warp(high) - warp(low))
  const given = (value: number | null | undefined) =>
    value === null || value === undefined || (log && value <= 0) ? null : warp(value)
  const least = limits && !log ? limits[0] - margin / 2 : -Infinity
  const most = limits && !log ? limits[1] + margin / 2 : Infinity
  let start = given(fixed?.[0]) ?? Math.max(least, warp(low) - margin)
  let end = given(fixed?.[1]) ?? Math.min(most, warp(high) + margin)
  // A given end beyond the others would turn the axis round.
  if (!(end > start)) [start, end] = [warp(low) - margin, warp(high) + margin]
  const place = (value: number) => {
    if (!Number.isFinite(value) || (log && value <= 0)) return NaN
    return from + ((warp(value) - start) / (end - start)) * (to - from)
  }
  const within = (value: number) => warp(value) >= start - 1e-9 && warp(value) <= end + 1e-9
  const decades = log ? logTicks(start, end, count).filter(within) : []
  // Within less than an octave or two no power of ten may lie.
  const even = () => linearTicks(log ? 10 ** start : start, log ? 10 ** end : end, count).filter(within)
  const ticks = decades.length > 1 ? decades : even().filter((value) => !log || value > 0)
  const labels = log ? ticks.map(tickText) : alignedLabels(ticks)
  const minor = log && end - start <= 8 ? minorValues(start, end).filter(within).map(place) : []
  return { place, low, high, minor, ticks: ticks.map((value, index) => ({ value, label: labels[index] })) }
}

function minorValues(low: number, high: number): number[] {
  const exponents = Array.from(
    { length: Math.ceil(high) - Math.floor(low) + 1 },
    (_, k) => Math.floor(low) + k,
  )
  return exponents.flatMap((exponent) => [2, 3, 4, 5, 6, 7, 8, 9].map((factor) => factor * 10 ** exponent))
}

/** Multiples of 1, 2 or 5 times a power of ten. */
export function linearTicks(low: number, high: number, count: number): number[] {
  const rough = (high - low) / Math.max(1, count)
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = power * ([1, 2, 5, 10].find((each) => each * power >= rough * 0.999999) ?? 10)
  const first = Math.ceil(low / step - 1e-9)
  const last = Math.floor(high / step + 1e-9)
  // From integers, so that 0.30000000000000004 never stands on an axis.
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  )
}

/** Powers of ten; with 2 and 5 between them where there are few. `low`, `high` are logarithms. */
function logTicks(low: number, high: number, count: number): number[] {
  const decades = Math.max(1, Math.ceil((high - low) / count))
  const factors = high - low < count / 2 ? [1, 2, 5] : [1]
  const ticks: number[] = []
  for (let exponent = Math.floor(low / decades) * decades; exponent <= high; exponent += decades) {
    for (const factor of factors) ticks.push(Number((factor * 10 ** exponent).toPrecision(12)))
  }
  return ticks
}

function tickText(value: number): string {
  const size = Math.abs(value)
  if (size !== 0 && (size < 1e-3 || size >= 1e5))
    return value.toExponential().replace('e+', 'e').replaceAll('-', '−')
  return String(value).replaceAll('-', '−')
}

function alignedLabels(ticks: readonly number[]): string[] {
  const plain = ticks.map(tickText)
  if (plain.some((text) => text.includes('e'))) return plain
  const decimals = Math.max(0, ...plain.map((text) => (text.split('.')[1] ?? '').length))
  return ticks.map((value) => value.toFixed(decimals).replaceAll('-', '−'))
}
