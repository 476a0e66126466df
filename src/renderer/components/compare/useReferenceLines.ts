/** Dashed lines beside learning curves: the rows that others are held against, and targets. */
import { computed } from 'vue'
import type { CompareTable, FigureRequest, ValueAt } from '../../../shared/contract/lab.ts'
import { figureStyles } from '../../../shared/figure/line-figure.ts'
import { referenceRows, targetsIn } from '../../../shared/figure/reference-lines.ts'
import type { ReferenceLine } from '../../../shared/figure/reference-lines.ts'
import type { Band } from '../../../shared/stats/series.ts'
import { numberOfStyle } from '../../charts/palette.ts'
import type { ChartSeries } from '../../charts/types.ts'
import { useQuery } from '../../composables/useQuery.ts'

interface Asked {
  readonly scope: Pick<
    FigureRequest,
    'study' | 'runs' | 'only' | 'groupBy' | 'byBackend' | 'reference' | 'targets'
  >
  readonly metric: string
  readonly at: ValueAt
  readonly band: Band
  /** Of the charts: the one of the page, and a second one. */
  readonly metrics: readonly [string, string]
}

/** `linesOf(metric, lines)`: the lines of a chart, as wide as the lines that it has. */
export function useReferenceLines(asked: () => Asked): {
  linesOf: (metric: string, lines: readonly ChartSeries[]) => readonly ChartSeries[]
} {
  const query = (which: 0 | 1) =>
    useQuery(
      'compare/table',
      () => {
        const { scope, at, metrics } = asked()
        if (scope.reference === undefined) return null
        const { targets: _targets, ...rest } = scope
        return { ...rest, at, metric: metrics[which] }
      },
      { events: ['run/changed'], every: 3000 },
    )
  const tables = [query(0).data, query(1).data]
  const rowsOf = computed(() => {
    const there = tables.flatMap(({ value }): CompareTable[] => (value ? [value] : []))
    return new Map(there.map((table) => [table.metric, referenceRows(table, asked().band)]))
  })
  const linesOf = (metric: string, lines: readonly ChartSeries[]): readonly ChartSeries[] => {
    const { scope, metric: main } = asked()
    const rows = scope.reference === undefined ? [] : (rowsOf.value.get(metric) ?? [])
    return drawn([...rows, ...targetsIn(metric, main, scope.targets)], lines)
  }
  return { linesOf }
}

function drawn(references: readonly ReferenceLine[], lines: readonly ChartSeries[]): ChartSeries[] {
  const xs = lines.flatMap(({ x }) => [x.at(0) ?? NaN, x.at(-1) ?? NaN]).filter(Number.isFinite)
  if (xs.length === 0) return []
  const ends = [Math.min(...xs), Math.max(...xs)]
  const styles = figureStyles({ title: '', xLabel: '', yLabel: '', series: [], references })
  return references.map(({ label, y }, index) => ({
    key: `reference ${label}`,
    label,
    style: numberOfStyle(styles[index]),
    kind: 'bare',
    x: ends,
    y: [y, y],
  }))
}
