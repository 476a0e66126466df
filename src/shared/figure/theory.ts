/** Figures of the mean-field theory of one network, and of what was measured beside it. */
import { schemeOf } from '../methods/registry.ts'
import { ENSEMBLES } from '../theory/ensembles.ts'
import { criticalGainOf, predictSpectrum } from '../theory/jacobian-spectrum.ts'
import type { TheoryNetwork, TheoryScheme } from '../theory/jacobian-spectrum.ts'
import { ACTIVATION_CURVES } from '../theory/activations.ts'
import { criticalPoint } from '../theory/mean-field.ts'
import type { Measured, MeasuredDepth, NetworkMeasurement, TheoryFigure } from '../theory/requests.ts'
import type { FigurePoint, FigureSeries, LineFigure } from './line-figure.ts'

/** Points of a line. */
const POINTS = 48

/** As pages and captions write a scheme of the theory. */
export const theoryTitle = (scheme: TheoryScheme): string =>
  scheme === 'gaussian' ? 'Gaussian' : schemeOf(scheme).title

const spread = (low: number, high: number, count = POINTS): number[] =>
  Array.from({ length: count + 1 }, (_, k) => low + ((high - low) * k) / count)

/** The network in words, for captions. */
export function networkText({ activation, gain, biasStd, depth, scheme, density }: TheoryNetwork): string {
  const layers = `${depth} layer${depth === 1 ? '' : 's'}`
  return `${activation}, σ_w ${gain}, σ_b ${biasStd}, ${layers}, ${theoryTitle(scheme)} at density ${density}`
}

const caption = (network: TheoryNetwork, more = ''): string => `${networkText(network)}.${more}`

/** Points of the critical line up to this σ_b, with the σ_w that an uncorrected mask asks for. */
function linePoints(network: TheoryNetwork, most: number): FigurePoint[] {
  const masked = ENSEMBLES[network.scheme].corrected ? 1 : 1 / Math.sqrt(network.density)
  const level = levelGain(network)
  if (level !== null) return [0, most].map((x) => ({ x, y: level }))
  const variances = spread(Math.log(1e-4), Math.log(50)).map(Math.exp)
  return variances
    .flatMap((q) => criticalPoint(network.activation, q) ?? [])
    .filter(({ biasStd }) => biasStd <= most)
    .map(({ gain, biasStd }) => ({ x: biasStd, y: gain * masked }))
    .sort((a, b) => a.x - b.x)
}

/** The critical σ_w of an activation for which it does not depend on σ_b; null for the others. */
const levelGain = (network: TheoryNetwork): number | null =>
  ACTIVATION_CURVES[network.activation].homogeneous ? criticalGainOf(network) : null

/** σ_w with χ = 1 against σ_b: gradients die below the line and explode above it. */
function criticalLine(network: TheoryNetwork): LineFigure {
  const points = linePoints(network, Math.max(0.5, 2 * network.biasStd))
  return {
    title: 'Critical line',
    xLabel: 'σ_b',
    yLabel: 'σ_w',
    series: [
      { label: 'critical: χ = 1', kind: 'bare', points },
      { label: 'this network', kind: 'points', points: [{ x: network.biasStd, y: network.gain }] },
    ],
    caption: caption(network, ' Below the line gradients die, above it they explode.'),
  }
}

/** |ξ| = 1/|ln χ| against σ_w: how many layers correlations reach. */
function depthScale(network: TheoryNetwork): LineFigure {
  const critical = criticalGainOf(network) ?? network.gain
  const [low, high] = [0.5 * Math.min(critical, network.gain), 1.5 * Math.max(critical, network.gain)]
  const scale = (gain: number): FigurePoint[] => {
    const { xi, chi } = predictSpectrum({ ...network, gain })
    return chi === null || xi === null || !Number.isFinite(xi) ? [] : [{ x: gain, y: Math.abs(xi) }]
  }
  // Near the critical gain the scale is large: points lie closer there.
  const near = spread(-1, 1, 16).map((t) => critical * (1 + 0.05 * t ** 3))
  const gains = [...new Set([...spread(low, high, 24), ...near])].filter(
    (gain) => gain >= low && gain <= high,
  )
  return {
    title: 'Depth scale',
    xLabel: 'σ_w',
    yLabel: '|ξ| in layers (log scale)',
    yLog: true,
    series: [
      { label: '|ξ|', kind: 'bare', points: gains.sort((a, b) => a - b).flatMap(scale) },
      { label: 'this network', kind: 'points', points: scale(network.gain) },
    ],
    references: [{ label: `depth ${network.depth}`, y: network.depth }],
    caption: caption(network, ' A network of more layers than |ξ| loses or blows up its signals.'),
  }
}

/** Depths at which a prediction is drawn. */
function depthsOf({ depth }: TheoryNetwork): number[] {
  const step = Math.max(1, Math.floor(depth / POINTS))
  return [...Array.from({ length: Math.floor(depth / step) }, (_, k) => (k + 1) * step), depth]
}

const withError = ({ mean, error }: Measured, depth: number): FigurePoint => ({
  x: depth,
  y: mean,
  low: mean - error,
  high: mean + error,
})

type Moment = 'meanSquared' | 'varianceOverMeanSquared'

function moment(network: TheoryNetwork, measured: NetworkMeasurement | null, which: Moment): FigureSeries[] {
  // The logarithm of the mean and the variance grow with the depth alone.
  const layer = predictSpectrum({ ...network, depth: 1 })
  const one = which === 'meanSquared' ? layer.logMeanSquared : layer[which]
  const at = (depth: number): number =>
    which === 'meanSquared' ? Math.exp(depth * (one ?? NaN)) : depth * (one ?? NaN)
  const predicted =
    one === null ? [] : depthsOf(network).map((depth): FigurePoint => ({ x: depth, y: at(depth) }))
  const depths = measured?.depths ?? []
  const corrected = ({ depth, corrected: y }: MeasuredDepth): FigurePoint => ({ x: depth, y })
  return [
    { label: 'mean-field theory', kind: 'bare', points: predicted },
    ...(measured && which === 'meanSquared'
      ? [{ label: 'rows as they are', kind: 'bare' as const, points: depths.map(corrected) }]
      : []),
    ...(measured
      ? [
          {
            label: 'measured',
            kind: 'points' as const,
            points: depths.map((each) => withError(each[which], each.depth)),
          },
        ]
      : []),
  ]
}

const measuredText = (measured: NetworkMeasurement | null): string =>
  measured
    ? ` Measured: ${measured.networks} networks of width ${measured.width}; bars: standard error of the mean.`
    : ''

/** The figure of a request. */
export function theoryFigure({ figure, network, measured: given }: TheoryFigure): LineFigure {
  const measured = given ?? null
  switch (figure) {
    case 'critical-line':
      return criticalLine(network)
    case 'depth-scale':
      return depthScale(network)
    case 'mean':
      return {
        title: 'Jacobian: mean σ²',
        xLabel: 'Layers',
        yLabel: 'Mean of squared singular values',
        series: moment(network, measured, 'meanSquared'),
        caption: caption(network, measuredText(measured)),
      }
    case 'variance':
      return {
        title: 'Jacobian: variance of σ² over mean²',
        xLabel: 'Layers',
        yLabel: 'Variance over mean²',
        series: moment(network, measured, 'varianceOverMeanSquared'),
        caption: caption(network, measuredText(measured)),
      }
  }
}
