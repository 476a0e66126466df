/** Curves of several seeds as one line with a band. */
import type { Series } from '../../shared/contract/lab.ts'
import { limits } from '../../shared/stats/band.ts'
import { summarize } from '../../shared/stats/summary.ts'

export interface Band {
  readonly x: readonly number[]
  readonly mean: readonly number[]
  /** Mean ± sample standard deviation; NaN where fewer than two curves reach. */
  readonly low: readonly number[]
  readonly high: readonly number[]
  /** Curves that have a finite value there. */
  readonly n: readonly number[]
}

/**
 * The value of a curve at x, on the line between its neighbours; NaN outside its range. `hint` is where to
 * look from.
 */
function valueAt(xs: readonly number[], ys: readonly number[], x: number, hint: { at: number }): number {
  while (hint.at < xs.length && xs[hint.at] < x) hint.at += 1
  const after = hint.at
  if (after === xs.length) return NaN
  if (xs[after] === x) return ys[after]
  if (after === 0) return NaN
  const share = (x - xs[after - 1]) / (xs[after] - xs[after - 1])
  return ys[after - 1] + share * (ys[after] - ys[after - 1])
}

/**
 * Mean and sample standard deviation over the curves at every step that any of them has. Curves measured at
 * the same
 * steps are taken as they are; where decimation kept different steps, the missing ones lie on the line
 * between their
 * neighbours. A curve that is not finite at a step is left out there, and n says so.
 */
export function bandOf(curves: readonly Series[]): Band {
  const x = [...new Set(curves.flatMap((curve) => curve.steps))].sort((a, b) => a - b)
  const hints = curves.map(() => ({ at: 0 }))
  const mean: number[] = []
  const low: number[] = []
  const high: number[] = []
  const n: number[] = []
  for (const step of x) {
    const values = curves
      .map((curve, index) => valueAt(curve.steps, curve.values, step, hints[index]))
      .filter(Number.isFinite)
    const [below, above] = values.length < 2 ? [NaN, NaN] : limits(values, 'std')
    mean.push(summarize(values).mean)
    low.push(below)
    high.push(above)
    n.push(values.length)
  }
  return { x, mean, low, high, n }
}
