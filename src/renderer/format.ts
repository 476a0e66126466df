/** Numbers and times as the window writes them: the shared forms, and a dash for what is missing. */
import { isShare, metricName } from '../shared/format/metric.ts'
import { formatDuration, formatNumber } from '../shared/format/number.ts'

export { isShare, metricName as metricTitle }

/** `0.9312`, `1.30e−5`, `NaN`, `∞`; `–` where there is none. */
export function numberText(value: number | null | undefined): string {
  return value === null || value === undefined ? '–' : formatNumber(value)
}

/** Whole numbers with thin groups: `60,000`. */
export function countText(value: number | null | undefined): string {
  return value === null || value === undefined ? '–' : Math.round(value).toLocaleString('en')
}

export function percentText(fraction: number, digits = 1): string {
  return `${(fraction * 100).toFixed(digits)} %`
}

/** `45 s`, `3 min 20 s`, `2 h 05 min`; `–` for unknown. */
export function durationText(seconds: number | null | undefined): string {
  return seconds === null || seconds === undefined ? '–' : formatDuration(seconds)
}

/** `about 4 min`: for estimates, which are not known to the second. */
export function aboutText(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined) return 'unknown time'
  if (seconds === 0) return 'nothing to do'
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
  return at.toLocaleString('en-GB', {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    ...year,
  })
}

/** `1 run`, `12 runs`. */
export function plural(count: number, noun: string, many = `${noun}s`): string {
  return `${countText(count)} ${count === 1 ? noun : many}`
}

/** A value of a metric: `93.12 %` or `0.2314`. */
export function metricText(metric: string, value: number | null | undefined): string {
  if (value === null || value === undefined) return '–'
  return isShare(metric) && Number.isFinite(value) ? percentText(value, 2) : numberText(value)
}
