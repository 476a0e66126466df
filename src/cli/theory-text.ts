/** What was measured beside theory, as lines of text. */
import { textTable } from '../shared/format/text-table.ts'
import { predictSpectrum } from '../shared/theory/jacobian-spectrum.ts'
import type { TheoryNetwork } from '../shared/theory/jacobian-spectrum.ts'
import type { Measured, NetworkMeasurement } from '../shared/theory/requests.ts'

/** Rows of the table, at most, evenly spread. */
const ROWS = 12

const text = (value: number | null): string => (value === null ? '–' : value.toPrecision(4))
const withError = ({ mean, error }: Measured): string => `${text(mean)} ± ${error.toPrecision(2)}`

/** A table of depths: theory, the recursion over rows, and what was measured. */
export function measurementText(network: TheoryNetwork, measured: NetworkMeasurement): string {
  const { depths, width, networks, rowNonzeros, rowFourthMoment } = measured
  const step = Math.max(1, Math.ceil(depths.length / ROWS))
  const shown = depths.filter(({ depth }) => depth % step === 0 || depth === depths.length)
  const rows = shown.map(({ depth, meanSquared, varianceOverMeanSquared, corrected }) => {
    const theory = predictSpectrum({ ...network, depth })
    return [
      String(depth),
      text(theory.meanSquared),
      text(corrected),
      withError(meanSquared),
      text(theory.varianceOverMeanSquared),
      withError(varianceOverMeanSquared),
    ]
  })
  const titles = ['Layers', 'Mean: theory', 'rows', 'measured', 'Variance/mean²: theory', 'measured']
  return [
    `measured on ${networks} networks of width ${width}; a row has ${text(rowNonzeros)} nonzeros, ` +
      `Σw⁴/(Σw²)² ${text(rowFourthMoment)}`,
    textTable(titles, rows, new Set([0, 1, 2, 3, 4, 5])),
  ].join('\n')
}
