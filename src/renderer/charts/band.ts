/** Curves of several seeds as one line with a band. */
import type { Series } from '../../shared/contract/lab.ts'
import { criticalT } from '../../shared/stats/student.ts'
import { isOfMedian } from '../../shared/stats/series.ts'
import type { Band as BandKind } from '../../shared/stats/series.ts'
import { quantile, summarize } from '../../shared/stats/summary.ts'

/** What the horizontal axis measures. */
export type CurveAxis = 'step' | 'epoch' | 'seconds'

export interface Band {
  /** Steps. */
  readonly x: readonly number[]
  /** The line: means, or medians where the band is one of medians. */
  readonly mean: readonly number[]
  /** Ends of the band; NaN where fewer than two curves reach. */
  readonly low: readonly number[]
  readonly high: readonly number[]
  /** Curves that have a value there. */
  readonly n: readonly number[]
  /** Place of each step on the horizontal axis: the mean over the curves that count there. */
  readonly place: readonly number[]
  /** Whether some value lies on the line between two recorded ones. */
  readonly interpolated: boolean
  /** Steps of the curves together; more than x holds when they were thinned. */
  readonly steps: number
}

export interface BandOptions {
  readonly kind?: BandKind
  readonly axis?: CurveAxis
  /** Steps at most, evenly taken from those of all curves; the first and the last are among them. */
  readonly most?: number
}

/** Walks along a curve whose steps rise; `at` returns its value and says whether it had to interpolate. */
class Walk {
  readonly #curve: Series
  readonly #places: readonly number[]
  #next = 0
  interpolated = false
  constructor(curve: Series, axis: CurveAxis) {
    this.#curve = curve
    this.#places = placesOf(curve, axis)
  }
  /** Value and place at a step that is not before the last one asked; null outside the curve. */
  at(step: number): readonly [number, number] | null {
    const { steps, values } = this.#curve
    while (this.#next < steps.length && steps[this.#next] < step) this.#next += 1
    const after = this.#next
    if (after === steps.length) return null
    if (steps[after] === step) return [values[after], this.#places[after]]
    if (after === 0) return null
    this.interpolated = true
    const share = (step - steps[after - 1]) / (steps[after] - steps[after - 1])
    const between = (list: readonly number[]) => list[after - 1] + share * (list[after] - list[after - 1])
    return [between(values), between(this.#places)]
  }
}

const OUTSIDE = [NaN, NaN] as const

/** The recorded points of a curve on the axis; NaN where a curve does not tell the time. */
export function placesOf(curve: Series, axis: CurveAxis): readonly number[] {
  if (axis === 'step') return curve.steps
  return axis === 'epoch' ? curve.epochs : (curve.seconds ?? curve.steps.map(() => NaN))
}

/**
 * Mean and band over the curves at every step that any of them has. Curves measured at the same steps are
 * taken as they are; where decimation kept different steps, the missing ones lie on the line between their
 * neighbours. A curve that does not reach a step is left out there, and n says so; one that is not finite
 * there leaves a gap, since a mean without the runs that diverged would be too good.
 */
export function bandOf(curves: readonly Series[], options: BandOptions = {}): Band {
  const { kind = 'std', axis = 'step', most = Infinity } = options
  const all = [...new Set(curves.flatMap((curve) => curve.steps))].sort((a, b) => a - b)
  const x = thinned(all, most)
  const walks = curves.map((curve) => new Walk(curve, axis))
  const mean: number[] = []
  const low: number[] = []
  const high: number[] = []
  const n: number[] = []
  const place: number[] = []
  for (const step of x) {
    const found = walks.flatMap((walk) => {
      const at = walk.at(step)
      return at === null ? [] : [at]
    })
    const values = found.map(([value]) => value)
    const summary = summarize(values)
    const [below, above] = kind === 'quartiles' ? quartiles(values) : ends(summary, kind)
    mean.push(isOfMedian(kind) ? quantile(values, 0.5) : summary.mean)
    low.push(below)
    high.push(above)
    n.push(found.length)
    place.push(axis === 'step' ? step : summarize(found.map(([, at]) => at).filter(Number.isFinite)).mean)
  }
  const interpolated = walks.some((walk) => walk.interpolated)
  return { x, mean, low, high, n, place, interpolated, steps: all.length }
}

/** As shared/stats/band limits it, with Student's factor looked up once for each n. */
function ends(summary: ReturnType<typeof summarize>, kind: BandKind): readonly [number, number] {
  const { n, mean, std, sem, min, max } = summary
  if (n < 2 || std === null || sem === null) return OUTSIDE
  if (kind === 'min-max' || kind === 'median-range') return [min, max]
  const half = kind === 'std' ? std : kind === 'sem' ? sem : factorOf(n) * sem
  return [mean - half, mean + half]
}

const quartiles = (values: readonly number[]): readonly [number, number] =>
  values.length < 2 ? OUTSIDE : [quantile(values, 0.25), quantile(values, 0.75)]

const factors = new Map<number, number>()
function factorOf(n: number): number {
  const factor = factors.get(n) ?? criticalT(0.95, n - 1)
  factors.set(n, factor)
  return factor
}

/** `most` of the items, evenly, with the first and the last. */
function thinned(items: readonly number[], most: number): readonly number[] {
  if (items.length <= most) return items
  const last = items.length - 1
  return Array.from({ length: most }, (_, index) => items[Math.round((index * last) / (most - 1))])
}
