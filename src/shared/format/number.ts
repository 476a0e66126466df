/** Numbers, durations and sizes as people read them. Exports use `exact`, never these. */

/** Shortest digits that read back as the same number; `NaN`, `Infinity`, `-Infinity` spelled. */
export function exact(value: number): string {
  return String(value)
}

/** `decimals` places, or about four significant digits; a true minus sign; `NaN`, `∞`. */
export function formatNumber(value: number, decimals: number | null = null): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞'
  const size = Math.abs(value)
  const text =
    decimals !== null && size < 1e6
      ? value.toFixed(decimals)
      : size !== 0 && (size < 1e-3 || size >= 1e6)
        ? value.toExponential(2)
        : String(Number(value.toPrecision(4)))
  // −0.0000 is 0.
  return (/^-0(\.0*)?$/.test(text) ? text.slice(1) : text).replaceAll('-', '−')
}

/**
 * Decimals that suit a mean: four below 10, fewer above; null (significant digits) for the very small and
 * very large.
 */
export function decimalsFor(mean: number): number | null {
  const size = Math.abs(mean)
  if (!Number.isFinite(size) || size >= 1e5 || (size !== 0 && size < 1e-3)) return null
  return size < 10 ? 4 : size < 1000 ? 2 : 1
}

/** p-values: `0.012`, `< 0.001`. */
export function formatP(p: number): string {
  if (Number.isNaN(p)) return '–'
  return p < 0.001 ? '< 0.001' : p.toFixed(3)
}

/** Seconds as `35 ms`, `0.4 s`, `42 s`, `3 min 20 s`, `2 h 05 min`, `3 d 4 h`. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return 'unknown'
  if (seconds < 0) return `−${formatDuration(-seconds)}`
  if (seconds > 0 && seconds < 0.0995) return `${Number((1000 * seconds).toPrecision(2))} ms`
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 1440) return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`
  const hours = Math.round(seconds / 3600)
  return `${Math.floor(hours / 24)} d ${hours % 24} h`
}

/** Bytes with decimal prefixes: `999 B`, `1.2 kB`, `853 MB`. */
export function formatBytes(bytes: number): string {
  return withPrefix(bytes, 'B')
}

/** Counts with prefixes: `272 k`, `25.6 M`; below 10,000 as whole numbers. */
export function formatCount(count: number): string {
  return Math.abs(count) < 10_000 ? String(Math.round(count)) : withPrefix(count, '')
}

function withPrefix(value: number, unit: string): string {
  if (!Number.isFinite(value)) return 'unknown'
  const prefixes = ['', 'k', 'M', 'G', 'T', 'P']
  let scaled = value
  let index = 0
  // 999.5 would be shown as 1000.
  while (Math.abs(scaled) >= 999.5 && index < prefixes.length - 1) {
    scaled /= 1000
    index++
  }
  const digits = index === 0 || Math.abs(scaled) >= 99.95 ? 0 : 1
  return `${scaled.toFixed(digits)} ${prefixes[index]}${unit}`.trimEnd()
}

/** A density or fraction as percent: `12.5 %`. */
export function formatPercent(fraction: number, digits = 1): string {
  return `${Number((100 * fraction).toFixed(digits))} %`
}
