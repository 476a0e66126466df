/** The settings of a point as single fields, and back; where axes stand so that none undoes another. */
import { allFields } from '../../../shared/spec/fields.ts'
import type { FieldInfo } from '../../../shared/spec/fields.ts'
import type { AxisDraft } from './draft.ts'

export interface SettingDraft {
  readonly field: FieldInfo
  readonly value: string
}

/** The settings of a text `sparsity.density=0.1; …`; null where a part of it names no field. */
export function splitSettings(text: string): SettingDraft[] | null {
  const fields = new Map(allFields().map((field) => [field.path, field]))
  const parts = text
    .split(';')
    .map((part) => part.trim())
    .filter(Boolean)
  const settings = parts.map((part) => {
    const [, path, value] = /^([^=\s]+)\s*=\s*(.*)$/.exec(part) ?? []
    const field = fields.get(path ?? '')
    return field ? { field, value } : null
  })
  return settings.every((each) => each !== null) ? settings : null
}

/** The text of settings. */
export function joinSettings(settings: readonly SettingDraft[]): string {
  return settings.map(({ field, value }) => `${field.path}=${value}`).join('; ')
}

const pathsOf = (settings: string) => (splitSettings(settings) ?? []).map(({ field }) => field.path)

/**
 * Where a new axis belongs: before the first axis of which some points, not all, set what it sets too. A
 * point that sets more than its neighbours (the dense network among schemes sets the density) holds whatever
 * stands before it.
 */
export function placeOfAxis(axes: readonly AxisDraft[], axis: AxisDraft): number {
  const own = new Set(axis.points.flatMap(({ settings }) => pathsOf(settings)))
  const at = axes.findIndex(({ points }) => {
    const holding = points.filter(({ settings }) => pathsOf(settings).some((path) => own.has(path)))
    return holding.length > 0 && holding.length < points.length
  })
  return at < 0 ? axes.length : at
}

/** The axes with that at `index` behind all whose fields some of its points set too. */
export function withAxisLast(axes: readonly AxisDraft[], index: number): AxisDraft[] {
  const axis = axes[index]
  const others = axes.filter((_, at) => at !== index)
  const own = new Set(axis.points.flatMap(({ settings }) => pathsOf(settings)))
  const last = others.findLastIndex(({ points }) =>
    points.some(({ settings }) => pathsOf(settings).some((path) => own.has(path))),
  )
  return last < index ? [...axes] : [...others.slice(0, last + 1), axis, ...others.slice(last + 1)]
}

/** `0.02, 0.05, 0.1`: so many values from one to the other, evenly or by equal factors, four digits each. */
export function rangeOfValues(from: number, to: number, count: number, log: boolean): string {
  const steps = Array.from({ length: count }, (_, index) => (count === 1 ? 0 : index / (count - 1)))
  const values = steps.map((share) =>
    log ? Math.exp(Math.log(from) + share * (Math.log(to) - Math.log(from))) : from + share * (to - from),
  )
  return [...new Set(values.map((value) => String(Number(value.toPrecision(4)))))].join(', ')
}
