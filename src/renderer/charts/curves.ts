/** Learning curves: what is drawn for groups of runs, and what must be said about it. */
import type { DivergedEnd, Series } from '../../shared/contract/lab.ts'
import { BAND_NAMES } from '../../shared/figure/caption.ts'
import { continueDiverged } from '../../shared/stats/diverged.ts'
import { isOfMedian } from '../../shared/stats/series.ts'
import type { Band as BandKind } from '../../shared/stats/series.ts'
import { bandOf, placesOf } from './band.ts'
import type { Band, CurveAxis } from './band.ts'
import { smoothAlong, spacingOf } from '../../shared/stats/smoothing.ts'
import type { ChartSeries } from './types.ts'

export const AXIS_TITLES: Readonly<Record<CurveAxis, string>> = {
  step: 'Step',
  epoch: 'Epoch',
  seconds: 'Seconds',
}

export interface CurveGroup {
  readonly key: string
  readonly label: string
  readonly style: number
  /** One per run that has points. */
  readonly curves: readonly Series[]
  /** Of runs that are under way: drawn thin, in no mean. */
  readonly live?: readonly Series[]
}

/**
 * A diverged run's curve goes on with what it counts with (shared/stats/diverged), at the steps of the
 * others.
 */
export function continued(
  series: Series,
  metric: string,
  end: DivergedEnd,
  steps: readonly number[],
): Series {
  const whole = continueDiverged(series, metric, end, steps)
  const added = whole.steps.slice(series.steps.length)
  const rate = (series.epochs.at(-1) ?? 0) / (series.steps.at(-1) || 1)
  return {
    ...whole,
    epochs: [...series.epochs, ...added.map((step) => (rate > 0 ? step * rate : NaN))],
    ...(series.seconds ? { seconds: [...series.seconds, ...added.map(() => NaN)] } : {}),
    total: series.total + added.length,
  }
}

export interface CurveChoice {
  readonly band: BandKind
  readonly axis: CurveAxis
  /** Smoothing, 0 … 0.999; 0 for none. */
  readonly weight: number
  /** Draws every run thin behind the mean. */
  readonly members: boolean
  /** Points of a mean at most. */
  readonly most: number
}

export interface CurveDrawing {
  readonly series: readonly ChartSeries[]
  /** Sentences for the caption. */
  readonly notes: readonly string[]
}

const isNumber = (value: number) => !Number.isNaN(value)

/** Lines of the groups: mean with band, smoothed on request with the raw mean faint behind, members thin. */
export function drawCurves(groups: readonly CurveGroup[], choice: CurveChoice): CurveDrawing {
  const drawn = groups
    .filter(({ curves }) => curves.length > 0)
    .map((group) => ({ group, band: bandOf(group.curves, { ...choice, kind: choice.band }) }))
  const series = drawn.flatMap(({ group, band }) => linesOf(group, band, choice))
  const live = groups.flatMap((group) => liveLines(group, choice))
  return { series: [...series, ...live], notes: [...notesOf(drawn, choice), ...liveNote(live.length)] }
}

/** Curves of runs that are under way; the first stands for the group where nothing of it has ended yet. */
function liveLines(
  { key, label, style, curves, live = [] }: CurveGroup,
  { axis }: CurveChoice,
): ChartSeries[] {
  return live.map((curve, index) =>
    onAxis({
      key: `${key} live ${curve.run}`,
      label,
      style,
      group: key,
      faint: curves.length > 0 || index > 0,
      x: placesOf(curve, axis),
      y: curve.values,
    }),
  )
}

const liveNote = (count: number): string[] =>
  count === 0 ? [] : [`Runs under way (${count}) are in no mean; each is drawn by itself.`]

function linesOf(group: CurveGroup, band: Band, { axis, weight, members }: CurveChoice): ChartSeries[] {
  const { key, label, style, curves } = group
  const spacing = Math.max(...curves.map((curve) => spacingOf(curve.steps, curve.total)))
  const smoothed = (values: readonly number[]) => smoothAlong(values, band.x, spacing, weight)
  const line: ChartSeries = {
    key,
    label,
    style,
    group: key,
    x: band.place,
    y: smoothed(band.mean),
    ...(curves.length > 1 ? { n: band.n } : {}),
    ...(band.low.some(Number.isFinite) ? { low: smoothed(band.low), high: smoothed(band.high) } : {}),
  }
  const behind = { label, style, group: key, faint: true }
  const raw = weight > 0 ? [{ ...behind, key: `${key} raw`, x: band.place, y: band.mean }] : []
  const each =
    members && curves.length > 1
      ? curves.map((curve) => ({
          ...behind,
          key: `${key} ${curve.run}`,
          x: placesOf(curve, axis),
          y: curve.values,
        }))
      : []
  return [line, ...raw, ...each].map(onAxis)
}

/** Only points that have a place on the axis, by rising place. */
function onAxis(series: ChartSeries): ChartSeries {
  const { x } = series
  const rising = x.every((value, index) => isNumber(value) && (index === 0 || value >= x[index - 1]))
  if (rising) return series
  const order = [...x.keys()].filter((index) => isNumber(x[index])).sort((a, b) => x[a] - x[b])
  const take = (list: readonly number[] | undefined) => list && order.map((index) => list[index])
  return {
    ...series,
    x: order.map((index) => x[index]),
    y: order.map((index) => series.y[index]),
    low: take(series.low),
    high: take(series.high),
    n: take(series.n),
  }
}

function notesOf(
  drawn: readonly { readonly group: CurveGroup; readonly band: Band }[],
  { band: kind, axis, weight }: CurveChoice,
): string[] {
  const several = drawn.filter(({ group }) => group.curves.length > 1)
  const notes: string[] = []
  if (several.length > 0) {
    const counts = several.map(({ group }) => group.curves.length)
    const [least, most] = [Math.min(...counts), Math.max(...counts)]
    const seeds = least === most ? `${most}` : `${least} to ${most}`
    notes.push(
      `Line: ${isOfMedian(kind) ? 'median' : 'mean'} over ${seeds} runs a group. Band: ${BAND_NAMES[kind]}.`,
    )
  }
  const varying = several.filter(({ band }) => new Set(band.n).size > 1)
  if (varying.length > 0) {
    const ns = varying.flatMap(({ band }) => band.n)
    const [least, most] = ns.reduce(([a, b], n) => [Math.min(a, n), Math.max(b, n)], [Infinity, 0])
    const one = varying.length === 1 ? 'one curve' : `${varying.length} curves`
    notes.push(`n varies along ${one}, from ${least} to ${most}: not every run has a value everywhere.`)
  }
  if (several.some(({ band }) => band.interpolated)) {
    notes.push('Where runs have values at different steps, means lie on lines between recorded points.')
  }
  const kept = drawn.flatMap(({ group }) => group.curves).find((curve) => curve.total > curve.steps.length)
  if (kept) {
    notes.push(
      `Drawn from ${count(kept.steps.length)} of ${count(kept.total)} points a run, extremes of every ` +
        'stretch kept.',
    )
  }
  if (axis === 'seconds' && several.length > 0)
    notes.push('Time of a mean: mean time of its runs at the step.')
  if (weight > 0) {
    notes.push(
      `Smoothed: debiased exponential average of mean and band, weight ${weight} a recorded point; raw ` +
        'mean faint behind.',
    )
  }
  return notes
}

const count = (value: number) => value.toLocaleString('en')
