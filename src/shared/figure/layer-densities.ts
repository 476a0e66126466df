/** Density of each maskable layer, a line per distribution: where the weights of a budget are spent. */
import type { LayerReport } from '../contract/run.ts'
import { bandOver } from '../stats/band.ts'
import type { Band } from '../stats/series.ts'
import { bandText, countText } from './caption.ts'
import type { LineFigure } from './line-figure.ts'

export interface GroupLayers {
  readonly label: string
  readonly scheme?: string
  /** One list of reports per run. */
  readonly runs: readonly (readonly LayerReport[])[]
}

/** Reached density against the layer's place among the maskable ones, from 1, on a log axis. */
export function layerDensities(groups: readonly GroupLayers[], band: Band = 'min-max'): LineFigure {
  return {
    title: 'Density of the layers',
    xLabel: 'Maskable layer',
    yLabel: 'Density (log scale)',
    yLog: true,
    caption: `${bandText(band)} over ${countText(groups.map(({ runs }) => ({ n: runs.length })))}.`,
    markers: groups.every(({ runs }) => runs.every((layers) => layers.length <= 40)),
    series: groups.map(({ label, scheme, runs }) => ({
      label,
      scheme,
      points: bandOver(
        runs.map((layers) => {
          const masked = layers.filter((layer) => layer.maskable)
          return { steps: masked.map((_, index) => index + 1), values: masked.map((layer) => layer.density) }
        }),
        band,
      ).map(({ step, mean, low, high }) => ({ x: step, y: mean, low, high })),
    })),
  }
}
