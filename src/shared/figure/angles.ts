/** Appendix G: the metric against the angle of the rotations, with uniform angles as the line to beat. */
import type { CompareRow, CompareTable } from '../contract/lab.ts'
import { centerOf, limits } from '../stats/band.ts'
import { metricName } from '../format/metric.ts'
import { fieldInWords } from '../stats/compare-text.ts'
import { isSchemeField } from '../stats/scheme-fields.ts'
import type { Band } from '../stats/series.ts'
import { groupBy } from '../stats/summary.ts'
import { bandText, countText } from './caption.ts'
import type { FigurePoint, LineFigure } from './line-figure.ts'

const KIND = 'initialization.angles.kind'
const DEGREES = 'initialization.angles.degrees'

/** Angles of the rows, by index: degrees where they are fixed, null where they are drawn. */
function anglesOf(table: CompareTable): (number | null)[] | null {
  const valuesOf = (path: string): readonly string[] | null => {
    const different = table.differences.find((field) => field.path === path)
    const same = table.equal.find((field) => field.path === path)
    return different?.values ?? (same ? table.rows.map(() => same.value) : null)
  }
  const kinds = valuesOf(KIND)
  const degrees = valuesOf(DEGREES)
  if (!kinds || !degrees || new Set([...kinds, ...degrees]).size < 3) return null
  return kinds.map((kind, index) => (kind === 'fixed' ? Number(degrees[index]) : null))
}

/**
 * One line per scheme and all else that differs over its fixed angles, and a horizontal line for angles
 * that are drawn uniformly. No series where the rows do not differ in their angles.
 */
export function angleFigure(table: CompareTable, band: Band = 'std'): LineFigure {
  const angles = anglesOf(table) ?? []
  const rows = table.rows.flatMap((row, index) => {
    const angle = angles[index]
    return angle === undefined || row.n === 0 ? [] : [{ row, angle }]
  })
  const point = (row: CompareRow, x: number): FigurePoint => {
    const [low, high] = limits(row.values, band)
    return { x, y: centerOf(row.values, band), low, high }
  }
  const others = table.differences.filter(
    ({ path }) => !isSchemeField(path) && !path.startsWith('initialization.angles.'),
  )
  const nameOf = (row: CompareRow) => {
    const index = table.rows.indexOf(row)
    return [
      row.scheme ?? row.label,
      ...others.map(({ path, values }) => fieldInWords(path, values[index])),
    ].join(' · ')
  }
  const fixed = rows.flatMap(({ row, angle }) => (angle === null ? [] : [{ row, angle }]))
  return {
    title: `${metricName(table.metric)} against the angle of the rotations`,
    xLabel: 'Angle in degrees',
    yLabel: metricName(table.metric),
    metric: table.metric,
    caption: `${bandText(band)} over ${countText(rows.map(({ row }) => row))}.`,
    series: [...groupBy(fixed, ({ row }) => nameOf(row))].map(([label, group]) => ({
      label,
      scheme: group[0].row.scheme,
      points: group.map(({ row, angle }) => point(row, angle)).sort((a, b) => a.x - b.x),
    })),
    references: rows
      .filter(({ angle }) => angle === null)
      .map(({ row }) => ({
        label: `${nameOf(row)}, uniform angles`,
        scheme: row.scheme,
        y: centerOf(row.values, band),
      })),
  }
}
