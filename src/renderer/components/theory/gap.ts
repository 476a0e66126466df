/** How far measurement and theory are apart, and why, in words. */
import { networkText } from '../../../shared/figure/theory.ts'
import { predictSpectrum } from '../../../shared/theory/jacobian-spectrum.ts'
import type { TheoryNetwork } from '../../../shared/theory/jacobian-spectrum.ts'
import type { NetworkMeasurement } from '../../../shared/theory/requests.ts'

const percent = (measured: number, expected: number): string => {
  const share = 100 * (measured / expected - 1)
  return `${Math.abs(share).toFixed(1)} % ${share < 0 ? 'below' : 'above'}`
}

/** Below this a row's entries count as many: 3/n of n normal weights at 25. */
const FEW = 0.12

/** Sentences for the page; of the deepest layer that was measured. */
export function gapText(network: TheoryNetwork, measured: NetworkMeasurement): string[] {
  const last = measured.depths[measured.depths.length - 1]
  const { meanSquared, varianceOverMeanSquared } = predictSpectrum({ ...network, depth: last.depth })
  if (meanSquared === null || varianceOverMeanSquared === null) {
    return [`${networkText(network)}: signals grow without bound, and theory predicts no spectrum.`]
  }
  const { mean, error } = last.meanSquared
  const variance = last.varianceOverMeanSquared.mean
  const beside =
    varianceOverMeanSquared > 1e-9
      ? `, their variance over mean² ${variance.toPrecision(4)}, ` +
        percent(variance, varianceOverMeanSquared)
      : ''
  const found =
    `Behind ${last.depth} layers the mean of the squared singular values is ` +
    `${mean.toPrecision(4)} ± ${error.toPrecision(2)}, ${percent(mean, meanSquared)} mean-field ` +
    `theory${beside} (theory: ` +
    `${meanSquared.toPrecision(4)} and ${varianceOverMeanSquared.toPrecision(4)}).`
  const rows =
    `A row has ${measured.rowNonzeros.toPrecision(3)} nonzeros and Σw⁴/(Σw²)² = ` +
    `${measured.rowFourthMoment.toPrecision(3)}`
  const why =
    measured.rowFourthMoment > FEW
      ? `${rows}: few of its weights carry it, so that its preactivation is close to a few of its inputs ` +
        'and not Gaussian, as theory takes it to be. What a unit passes on then depends on its inputs: ' +
        (mean > meanSquared
          ? 'where these were small it is small itself, and passes gradients on better.'
          : 'layer by layer the same units are steep, or flat, together.')
      : `${rows}: many weights carry it, its preactivation is nearly Gaussian, and theory should hold ` +
        'up to the finite width.'
  return [
    found,
    why,
    `With the rows as they are (a recursion of distributions in place of the Gaussian) the mean should be ` +
      `${last.corrected.toPrecision(4)}: measured ${percent(mean, last.corrected)}.`,
  ]
}
