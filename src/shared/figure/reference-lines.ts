/** Horizontal lines of figures: the rows that others are held against, and targets. */
import type { CompareTable } from '../contract/lab.ts'
import type { TargetLine } from '../contract/compare.ts'
import { centerOf } from '../stats/band.ts'
import type { Band } from '../stats/series.ts'
import type { LineFigure } from './line-figure.ts'
import { TARGET } from './palette.ts'
import { ownValue } from '../stats/own-value.ts'

export type ReferenceLine = NonNullable<LineFigure['references']>[number] & {
  /** Of the row that it stands for. */
  readonly labels?: Readonly<Record<string, string>>
}

/** More lines of one reference than this in a panel say nothing; its own line or marks are there. */
const MOST_LINES = 3

const ANY = 'any'

/** A label without the axes that make no difference to its row. */
export const withoutAny = (label: string): string =>
  label
    .split(' · ')
    .filter((part) => part !== ANY)
    .join(' · ')

/** A line at every row that is a reference of others: mean or median, as the band has it. */
export function referenceRows({ rows }: CompareTable, band: Band): ReferenceLine[] {
  const wanted = new Set(rows.flatMap(({ against }) => against?.label ?? []))
  return rows
    .filter(({ label, n }) => n > 0 && wanted.has(label))
    .map(({ label, labels, scheme, values }) => ({
      label: withoutAny(label),
      labels,
      scheme,
      y: centerOf(values, band),
    }))
}

/**
 * Those that belong into a panel: of a facet the ones that agree with its value, a single one everywhere.
 * None where they are too many.
 */
export function referencesIn(
  lines: readonly ReferenceLine[],
  facet?: { readonly key: string; readonly value: string | undefined },
): readonly ReferenceLine[] {
  const agrees = ({ labels = {} }: ReferenceLine) =>
    facet?.value === undefined || [facet.value, ANY].includes(ownValue(labels, facet.key) ?? ANY)
  const own = lines.length === 1 ? lines : lines.filter(agrees)
  return own.length > MOST_LINES ? [] : own
}

/** `accuracy` of `test.accuracy`: the same quantity in every phase. */
const quantityOf = (metric: string) => metric.slice(metric.indexOf('.') + 1)

/** The targets of a panel of one metric, where they were set for another: those of the same quantity. */
export function targetsIn(
  metric: string,
  asked: string,
  targets: readonly TargetLine[] = [],
): readonly ReferenceLine[] {
  if (quantityOf(metric) !== quantityOf(asked)) return []
  return targets.map(({ label, value }) => ({ label, y: value, scheme: TARGET }))
}
