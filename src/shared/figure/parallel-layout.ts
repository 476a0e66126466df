/** Where axes and lines of parallel coordinates lie: for the window and for print alike. */
import { isShare } from '../format/metric.ts'
import type { ParallelLine, ParallelPlot } from './plot.ts'
import { makeScale } from './scale.ts'

export interface ParallelSize {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

export interface ParallelAxis {
  readonly key: string
  readonly x: number
  readonly ticks: readonly { readonly label: string; readonly y: number }[]
}

export interface ParallelLayout {
  /** The fields in order, and the metric last. */
  readonly axes: readonly ParallelAxis[]
  /** Points of a line on every axis; NaN where it has no value. */
  readonly points: (line: ParallelLine) => readonly (readonly [x: number, y: number])[]
  /** Share of the metric's range, 1 at its top. */
  readonly shareOf: (line: ParallelLine) => number
  /** The metric at a height of its axis, in the unit in which runs have it. */
  readonly valueAt: (y: number) => number
}

/** Levels stand at even steps, the first at the foot; the metric in its unit, accuracies in per cent. */
export function parallelLayout(plot: ParallelPlot, size: ParallelSize, percent = true): ParallelLayout {
  const { axes, lines, metric, valueLabel } = plot
  const step = (size.right - size.left) / axes.length
  const unit = percent && isShare(metric) ? 100 : 1
  const values = lines.map(({ value }) => unit * value)
  const limits = isShare(metric) ? ([0, unit] as const) : undefined
  const scale = makeScale({ values, log: false, from: size.bottom, to: size.top, limits })
  const levelAt = (count: number, place: number) =>
    count === 1
      ? (size.top + size.bottom) / 2
      : size.bottom - ((size.bottom - size.top) * (place + 0.5)) / count
  const drawn = axes.map(({ key, levels }, index): ParallelAxis => ({
    key,
    x: size.left + index * step,
    ticks: levels.map((label, place) => ({ label, y: levelAt(levels.length, place) })),
  }))
  const last: ParallelAxis = {
    key: unit === 100 ? `${valueLabel} (%)` : valueLabel,
    x: size.right,
    ticks: scale.ticks.map(({ value, label }) => ({ label, y: scale.place(value) })),
  }
  return {
    axes: [...drawn, last],
    points: ({ places, value }) => [
      ...places.map((place, axis) => [drawn[axis].x, drawn[axis].ticks[place].y] as const),
      [last.x, scale.place(unit * value)] as const,
    ],
    shareOf: ({ value }) => (scale.place(unit * value) - size.bottom) / (size.top - size.bottom),
    valueAt: (y) => {
      const [zero, one] = [scale.place(0), scale.place(1)]
      return (y - zero) / (one - zero) / unit
    },
  }
}

/** A curve through the points that leaves and meets every axis at a right angle. */
export function parallelPath(points: readonly (readonly [number, number])[]): string {
  const usable = points.filter(([, y]) => Number.isFinite(y))
  return usable
    .map(([x, y], index) => {
      if (index === 0) return `M${x.toFixed(1)} ${y.toFixed(1)}`
      const [before, from] = usable[index - 1]
      const bend = (x - before) * 0.4
      const ends = `${(x - bend).toFixed(1)} ${y.toFixed(1)} ${x.toFixed(1)} ${y.toFixed(1)}`
      return `C${(before + bend).toFixed(1)} ${from.toFixed(1)} ${ends}`
    })
    .join('')
}
