/** Figure 5: seconds to initialize one square matrix against its size, both axes logarithmic. */
import { centerOf, limits } from '../stats/band.ts'
import type { Band } from '../stats/series.ts'
import { groupBy } from '../stats/summary.ts'
import { bandText, countText } from './caption.ts'
import type { LineFigure } from './line-figure.ts'

export interface InitializationTime {
  /** `EOI`, `AI`, `SAO`, `Dense QR`. */
  readonly scheme: string
  readonly size: number
  /** 1 for dense schemes, which have one line. */
  readonly density: number
  readonly seconds: number
}

/** One line per scheme and density; repeated measurements of a place become mean and band. */
export function initializationTime(times: readonly InitializationTime[], band: Band = 'min-max'): LineFigure {
  const labelOf = ({ scheme, density }: InitializationTime) =>
    density === 1 ? scheme : `${scheme}, density ${Number(density.toPrecision(3))}`
  const places = [...groupBy(times, (time) => `${labelOf(time)} ${time.size}`).values()]
  return {
    title: 'Time to initialize a square matrix',
    xLabel: 'Size (log scale)',
    yLabel: 'Seconds (log scale)',
    xLog: true,
    yLog: true,
    caption: `${bandText(band)} over ${countText(places.map((place) => ({ n: place.length })))}.`,
    series: [...groupBy(places, (place) => labelOf(place[0]))].map(([label, group]) => ({
      label,
      points: group
        .map((place) => {
          const seconds = place.map((time) => time.seconds)
          const [low, high] = limits(seconds, band)
          return { x: place[0].size, y: centerOf(seconds, band), low, high }
        })
        .sort((a, b) => a.x - b.x),
    })),
  }
}
