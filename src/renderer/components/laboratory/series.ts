/** Drawings and timings as the lines of charts. */
import { schemeStyle } from '../../../shared/figure/palette.ts'
import { DENSE_QR } from '../../../shared/laboratory/requests.ts'
import type { TimedScheme } from '../../../shared/laboratory/requests.ts'
import { timedTitle } from '../../../shared/laboratory/timed-title.ts'
import type { Drawing, TimingPoint } from '../../../shared/laboratory/types.ts'
import { styleNumber } from '../../charts/palette.ts'
import type { ChartSeries } from '../../charts/types.ts'
import { DENSE, schemeTitle } from './settings.ts'
import type { SchemeName } from './settings.ts'

export type Drawn = readonly (readonly [SchemeName, Drawing])[]

/** A scheme has its colour in every chart. */
export function schemeStyleNumber(scheme: SchemeName | TimedScheme): number {
  const color = schemeStyle(schemeTitle(scheme === DENSE_QR ? DENSE : scheme))?.color ?? 6
  return styleNumber(color, color)
}

/** The density of a scheme that rotates while it does, beside theory with one row's standard deviation. */
export function pathSeries(drawn: Drawn): ChartSeries[] {
  const found = drawn.find(([, drawing]) => drawing.path)
  if (!found?.[1].path) return []
  const [scheme, { path }] = found
  const { rotations: x, simulated, expected, rowDeviation } = path
  return [
    { key: 'simulated', label: 'Simulated', style: schemeStyleNumber(scheme), x, y: simulated },
    {
      key: 'theory',
      label: 'Theory',
      style: styleNumber(1, 1),
      x,
      y: expected,
      low: expected.map((value, k) => Math.max(0, value - rowDeviation[k])),
      high: expected.map((value, k) => Math.min(1, value + rowDeviation[k])),
    },
  ]
}

/** Points of one line of a chart of singular values: an operator has as many as its map has places. */
const MOST_RANKS = 1000

/** The singular values, the largest first; of more than a line shows, evenly spread ones and both ends. */
export function singularSeries(drawn: Drawn): ChartSeries[] {
  return drawn.flatMap(([scheme, { singular }]) => {
    if (!singular || singular.length === 0) return []
    const last = singular.length - 1
    const ranks =
      last < MOST_RANKS
        ? singular.map((_, rank) => rank)
        : Array.from({ length: MOST_RANKS }, (_, k) => Math.round((k * last) / (MOST_RANKS - 1)))
    return [
      {
        key: scheme,
        label: schemeTitle(scheme),
        style: schemeStyleNumber(scheme),
        x: ranks.map((rank) => rank + 1),
        y: ranks.map((rank) => singular[rank]),
      },
    ]
  })
}

export function isometrySeries(drawn: Drawn): ChartSeries[] {
  return drawn.flatMap(([scheme, { isometryLoss }]) =>
    isometryLoss.length > 0
      ? [
          {
            key: scheme,
            label: schemeTitle(scheme),
            style: schemeStyleNumber(scheme),
            x: isometryLoss.map(({ step }) => step),
            y: isometryLoss.map(({ loss }) => loss),
          },
        ]
      : [],
  )
}

/** Seconds against one of size and density, the other held; QR, which has no density, is level against it. */
export function timingSeries(
  points: readonly TimingPoint[],
  against: 'size' | 'density',
  held: number,
): ChartSeries[] {
  const schemes = [...new Set(points.map(({ scheme }) => scheme))]
  const densities = [
    ...new Set(points.filter(({ scheme }) => scheme !== DENSE_QR).map(({ density }) => density)),
  ]
  return schemes.flatMap((scheme) => {
    const own = points.filter((point) => point.scheme === scheme)
    const line =
      against === 'size'
        ? own
            .filter(({ density }) => scheme === DENSE_QR || density === held)
            .map(({ size, seconds }) => ({ x: size, y: seconds }))
        : own
            .filter(({ size }) => size === held)
            .flatMap(({ density, seconds }) =>
              (scheme === DENSE_QR ? densities : [density]).map((x) => ({ x, y: seconds })),
            )
    const sorted = line.sort((a, b) => a.x - b.x)
    if (sorted.length === 0) return []
    const [x, y] = [sorted.map((each) => each.x), sorted.map((each) => each.y)]
    return [{ key: scheme, label: timedTitle(own[0]), style: schemeStyleNumber(scheme), x, y }]
  })
}

/** `12.3 ms`, `4.56 s`. */
export function secondsText(seconds: number): string {
  if (seconds >= 60) return `${(seconds / 60).toPrecision(3)} min`
  if (seconds >= 1) return `${seconds.toPrecision(3)} s`
  if (seconds >= 1e-3) return `${(1000 * seconds).toPrecision(3)} ms`
  return `${(1e6 * seconds).toPrecision(3)} µs`
}
