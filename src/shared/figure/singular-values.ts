/** Figure 3: mean, maximum, minimum and variance of the Jacobian's singular values against density. */
import type { CompareTable } from '../contract/lab.ts'
import type { Band } from '../stats/series.ts'
import { againstDensity, DENSITY_LABEL } from './figures.ts'
import { bandText, countText } from './caption.ts'
import type { PanelFigure } from './panels.ts'

/** Metrics of the four panels, in order. */
export const SINGULAR_METRICS = [
  'initialization.jacobian-mean',
  'initialization.jacobian-max',
  'initialization.jacobian-min',
  'initialization.jacobian-variance',
] as const
const TITLES = ['Mean', 'Maximum', 'Minimum', 'Variance']

/**
 * Four panels, one per table; tables in the order of SINGULAR_METRICS, of the same runs. Rows stand at the
 * density that they reached.
 */
export function singularValues(tables: readonly CompareTable[], band: Band = 'std'): PanelFigure {
  const panels = tables.map((table, index) => ({
    title: `${TITLES[index]} singular value`.replace(
      'Variance singular value',
      'Variance of singular values',
    ),
    xLabel: DENSITY_LABEL,
    yLabel: TITLES[index],
    metric: table.metric,
    xLog: true,
    series: againstDensity(table, band, Number.isFinite),
  }))
  return {
    title: 'Singular values of the input-output Jacobian at initialization',
    panels,
    caption: `${bandText(band)} over ${countText(tables[0]?.rows ?? [])}.`,
  }
}
