/** What was brushed on the axes of parallel coordinates, and which lines it leaves. */
import type { Only } from '../../../shared/contract/compare.ts'
import type { ParallelAxis } from '../../../shared/figure/parallel-layout.ts'
import type { ParallelLine, ParallelPlot } from '../../../shared/figure/plot.ts'

export interface Brush {
  /** Levels by field; a field that is not here keeps all. */
  readonly levels: Only
  /** Of the metric, in the unit in which runs have it. */
  readonly range: readonly [low: number, high: number] | null
}

export const NO_BRUSH: Brush = { levels: {}, range: null }

export const isBrushed = ({ levels, range }: Brush): boolean =>
  range !== null || Object.keys(levels).length > 0

/** The lines within every brush. */
export function brushed({ axes, lines }: ParallelPlot, { levels, range }: Brush): readonly ParallelLine[] {
  const allowed = axes.map(({ key, levels: all }) => {
    const chosen = levels[key]
    return chosen ? new Set(chosen.map((level) => all.indexOf(level))) : null
  })
  return lines.filter(
    ({ places, value }) =>
      places.every((place, axis) => allowed[axis]?.has(place) ?? true) &&
      (range === null || (value >= range[0] && value <= range[1])),
  )
}

/** The brush with one level of a field added or taken away; all or none of them are no brush. */
export function withLevel(brush: Brush, key: string, level: string, all: readonly string[]): Brush {
  const now = brush.levels[key] ?? []
  return withLevels(
    brush,
    key,
    all.filter((each) => now.includes(each) !== (each === level)),
    all,
  )
}

/** The brush with the levels of a field between two heights, the nearest one where there is none. */
export function withStretch(brush: Brush, axis: ParallelAxis, from: number, to: number): Brush {
  const [low, high] = [Math.min(from, to), Math.max(from, to)]
  const within = axis.ticks.filter(({ y }) => y >= low && y <= high).map(({ label }) => label)
  const all = axis.ticks.map(({ label }) => label)
  if (within.length > 0) return withLevels(brush, axis.key, within, all)
  const near = axis.ticks.reduce((a, b) => (Math.abs(b.y - to) < Math.abs(a.y - to) ? b : a))
  return withLevel(brush, axis.key, near.label, all)
}

function withLevels(brush: Brush, key: string, chosen: readonly string[], all: readonly string[]): Brush {
  const { [key]: _old, ...rest } = brush.levels
  const isAll = chosen.length === 0 || chosen.length === all.length
  return { ...brush, levels: isAll ? rest : { ...rest, [key]: chosen } }
}
