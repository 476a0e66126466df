/** Whole spectra: singular values by rank, the mean of the seeds with a band. */
import { bandOver } from '../stats/band.ts'
import type { Curve } from '../stats/band.ts'
import type { Band } from '../stats/series.ts'
import { bandText, countText } from './caption.ts'
import type { LineFigure } from './line-figure.ts'

export interface GroupSpectra {
  readonly label: string
  readonly scheme?: string
  /** One per seed; `steps` are ranks from 0 (the largest value). */
  readonly spectra: readonly Curve[]
}

/** Value against rank on a log axis; zeros and negatives have no place there and are left out. */
export function spectra(groups: readonly GroupSpectra[], band: Band = 'std'): LineFigure {
  const counts = groups.map(({ spectra: all }) => ({ n: all.length }))
  return {
    title: 'Spectra of the input-output Jacobian at initialization',
    xLabel: 'Rank',
    yLabel: 'Singular value (log scale)',
    yLog: true,
    markers: false,
    caption: `${bandText(band)} over ${countText(counts)}.`,
    series: groups.map(({ label, scheme, spectra: all }) => ({
      label,
      scheme,
      points: bandOver(all, band).map(({ step, mean, low, high }) => ({ x: step + 1, y: mean, low, high })),
    })),
  }
}
