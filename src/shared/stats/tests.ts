/**
 * Whether a difference is real: Welch's and the paired t-test with their intervals, Holm's correction, the
 * bootstrap.
 */
import { mean, quantile, sampleStd } from './summary.ts'
import { criticalT, twoSidedP } from './student.ts'

export interface TestResult {
  /** mean(a) − mean(b), or the mean of the paired differences. */
  readonly difference: number
  readonly t: number
  readonly degrees: number
  /** Two-sided; NaN where no test is possible (fewer than two values, NaN among them). */
  readonly p: number
  /** Ends of the 95 % interval of the difference that belongs to the test; NaN where there is none. */
  readonly low: number
  readonly high: number
}

const LEVEL = 0.95
const NO_TEST = { t: NaN, degrees: NaN, p: NaN, low: NaN, high: NaN }

/** Student's factor for a degree of freedom, looked up once for the whole ones. */
function factorOf(degrees: number): number {
  const known = factors.get(degrees)
  if (known !== undefined) return known
  const factor = criticalT(LEVEL, degrees)
  if (Number.isInteger(degrees)) factors.set(degrees, factor)
  return factor
}
const factors = new Map<number, number>()

/** The interval around a difference: half the width is the factor times the standard error. */
function around(difference: number, error: number, degrees: number): { low: number; high: number } {
  if (!Number.isFinite(error) || !(degrees > 0)) return { low: NaN, high: NaN }
  const half = factorOf(degrees) * error
  return { low: difference - half, high: difference + half }
}

/**
 * Welch's t-test: unequal variances, Welch–Satterthwaite degrees of freedom. Equal constants give p = 1,
 * unequal ones p = 0.
 */
export function welchTest(a: readonly number[], b: readonly number[]): TestResult {
  const difference = mean(a) - mean(b)
  const stdA = sampleStd(a)
  const stdB = sampleStd(b)
  if (stdA === null || stdB === null) return { difference, ...NO_TEST }
  const varianceA = stdA ** 2 / a.length
  const varianceB = stdB ** 2 / b.length
  const total = varianceA + varianceB
  if (isNothing(Math.sqrt(total), [...a, ...b])) return constantResult(difference, a.length + b.length - 2)
  const degrees = total ** 2 / (varianceA ** 2 / (a.length - 1) + varianceB ** 2 / (b.length - 1))
  const error = Math.sqrt(total)
  const t = difference / error
  return { difference, t, degrees, p: twoSidedP(t, degrees), ...around(difference, error, degrees) }
}

/** Paired t-test on a[i] − b[i]. Throws RangeError for lists of different lengths. */
export function pairedTest(a: readonly number[], b: readonly number[]): TestResult {
  if (a.length !== b.length)
    throw new RangeError(`Pairs need lists of one length, not ${a.length} and ${b.length}.`)
  const differences = a.map((value, index) => value - b[index])
  const difference = mean(differences)
  const std = sampleStd(differences)
  if (std === null) return { difference, ...NO_TEST }
  const degrees = differences.length - 1
  if (isNothing(std, [...a, ...b])) return constantResult(difference, degrees)
  const error = std / Math.sqrt(differences.length)
  const t = difference / error
  return { difference, t, degrees, p: twoSidedP(t, degrees), ...around(difference, error, degrees) }
}

/**
 * A deviation that is rounding and nothing else: differences of constants are a few units of the last
 * digit.
 */
function isNothing(deviation: number, values: readonly number[]): boolean {
  const size = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0)
  return Number.isFinite(size) && deviation <= 8 * Number.EPSILON * size
}

function constantResult(difference: number, degrees: number): TestResult {
  if (Number.isNaN(difference)) return { difference, ...NO_TEST }
  const ends = { low: difference, high: difference }
  return difference === 0
    ? { difference, t: 0, degrees, p: 1, ...ends }
    : { difference, t: Math.sign(difference) * Infinity, degrees, p: 0, ...ends }
}

/**
 * Holm's step-down correction: the k-th smallest of m p-values times (m − k + 1), never below the one before,
 * at most 1. NaN stays NaN and does not count as a test.
 */
export function holm(ps: readonly number[]): number[] {
  const order = ps
    .map((_, index) => index)
    .filter((index) => !Number.isNaN(ps[index]))
    .sort((a, b) => ps[a] - ps[b])
  const adjusted = ps.map(() => NaN)
  let floor = 0
  order.forEach((index, rank) => {
    floor = Math.max(floor, Math.min(1, ps[index] * (order.length - rank)))
    adjusted[index] = floor
  })
  return adjusted
}

export interface BootstrapOptions {
  /** Uniform numbers on [0, 1), from a seeded generator. */
  readonly uniform: () => number
  readonly resamples?: number
  readonly level?: number
}

/**
 * Percentile bootstrap interval of mean(a) − mean(b), both resampled; of the paired differences when
 * `paired`.
 */
export function bootstrapDifference(
  a: readonly number[],
  b: readonly number[],
  paired: boolean,
  options: BootstrapOptions,
): readonly [number, number] {
  const { uniform, resamples = 2000, level = 0.95 } = options
  if (a.length < 2 || b.length < 2) return [NaN, NaN]
  const draw = (values: readonly number[]) =>
    mean(values.map(() => values[Math.floor(uniform() * values.length)]))
  const differences = paired ? a.map((value, index) => value - b[index]) : []
  const means = Array.from({ length: resamples }, () => (paired ? draw(differences) : draw(a) - draw(b)))
  return [quantile(means, (1 - level) / 2), quantile(means, (1 + level) / 2)]
}

/** Student's confidence interval of the mean; null for n < 2. */
export function meanInterval(values: readonly number[], level = LEVEL): readonly [number, number] | null {
  const std = sampleStd(values)
  if (std === null) return null
  const factor = level === LEVEL ? factorOf(values.length - 1) : criticalT(level, values.length - 1)
  const half = (factor * std) / Math.sqrt(values.length)
  const center = mean(values)
  return [center - half, center + half]
}
