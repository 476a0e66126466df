/** Numbers and times as the window writes them. */

/** `0.9312`, `1.3e-5`, `NaN`, `∞`: four significant places, no false zeros beyond them. */
export function numberText(value: number | null | undefined, digits = 4): string {
  if (value === null || value === undefined) return '–'
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞'
  if (value === 0) return '0'
  const size = Math.abs(value)
  const text = size < 1e-3 || size >= 1e6 ? value.toExponential(digits - 2) : String(Number(value.toPrecision(digits)))
  return text.replace('-', '−').replace('e+', 'e').replace('e−', 'e−').replace('e-', 'e−')
}

/** Whole numbers with thin groups: `60,000`. */
export function countText(value: number | null | undefined): string {
  return value === null || value === undefined ? '–' : Math.round(value).toLocaleString('en')
}

export function percentText(fraction: number, digits = 1): string {
  return `${(fraction * 100).toFixed(digits)} %`
}

/** `45 s`, `3 min 20 s`, `2 h 05 min`, `3 d 4 h`; `–` for unknown. */
export function durationText(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return '–'
  if (seconds < 10) return `${Number(seconds.toFixed(1))} s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`
  const minutes = Math.round(whole / 60)
  if (minutes < 1440) return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`
  const hours = Math.round(minutes / 60)
  return `${Math.floor(hours / 24)} d ${hours % 24} h`
}

/** `about 4 min`: for estimates, which are not known to the second. */
export function aboutText(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined) return 'unknown time'
  if (seconds < 60) return `about ${Math.max(1, Math.round(seconds / 5) * 5)} s`
  if (seconds < 5400) return `about ${Math.round(seconds / 60)} min`
  if (seconds < 172_800) return `about ${Number((seconds / 3600).toFixed(1))} h`
  return `about ${Math.round(seconds / 86_400)} days`
}

/** `23 Nov, 19:49`, with the year when it is not this one. */
export function timeText(iso: string | null | undefined, now = new Date()): string {
  if (!iso) return '–'
  const at = new Date(iso)
  const year = at.getFullYear() === now.getFullYear() ? {} : { year: 'numeric' as const }
  return at.toLocaleString('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', ...year })
}

/** `1 run`, `12 runs`. */
export function plural(count: number, noun: string, many = `${noun}s`): string {
  return `${countText(count)} ${count === 1 ? noun : many}`
}

/** Metrics between 0 and 1 that people read in per cent. */
export function isShare(metric: string): boolean {
  return /(^|\.)accuracy$/.test(metric)
}

/** A value of a metric: `93.12 %` or `0.2314`. */
export function metricText(metric: string, value: number | null | undefined): string {
  if (value === null || value === undefined) return '–'
  return isShare(metric) && Number.isFinite(value) ? percentText(value, 2) : numberText(value)
}

/** `test.accuracy` → `Test accuracy`. */
export function metricTitle(metric: string): string {
  const words = metric.replace('.', ' ').replaceAll('-', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
