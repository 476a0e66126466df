/** Comparisons: what is asked for, the rows, and the tests between them. */
import type { RunStatus } from './run.ts'

export type ValueAt = 'last' | 'best' | 'best-validation'

/** Axis of the study, `scheme` or a field's path → the labels or values that are kept. */
export type Only = Readonly<Record<string, readonly string[]>>

export interface CompareRequest {
  readonly study?: string
  readonly runs?: readonly number[]
  /** `test.accuracy`, `validation.loss`, … */
  readonly metric: string
  readonly at: ValueAt
  /**
   * Axes of the study by whose labels runs are put together; left out, a group is everything but the seed.
   * What else differs inside a group is then averaged over, and the caption says so.
   */
  readonly groupBy?: readonly string[]
  /** Only runs with one of these labels, for each axis or field named; one without such a setting stays. */
  readonly only?: Only
  /**
   * Makes every backend a group of its own. Left out, a seed that ran on several backends, or twice, counts
   * once: by its first run that ended.
   */
  readonly byBackend?: boolean
  /** Tests pairs of rows: those of `family`. */
  readonly significance?: boolean
  /** When left out `baseline` where one is named, `schemes` where there are several, else `all`. */
  readonly family?: TestFamily
  /** For the family `baseline`: the scheme (`ERK-Base`) or the label of a row that all are held against. */
  readonly baseline?: string
  /** One test for two schemes over all densities: paired by density and seed. */
  readonly pooled?: boolean
  /**
   * What every row's mean is held against: the label of one row, or a scheme or label of an axis, of which
   * each row takes the one that is equal in everything else.
   */
  readonly reference?: string
}

/** A horizontal line at a value that is aimed at. */
export interface TargetLine {
  readonly label: string
  /** In the metric's own unit: 0.93 for 93 %. */
  readonly value: number
}

/** A row that another is held against. */
export interface Against {
  readonly label: string
  readonly mean: number
  /** Mean of the row less that of the reference. */
  readonly difference: number
  /** Some run of the reference is not there yet, or failed. */
  readonly incomplete: boolean
}

/**
 * Which pairs are tested, and corrected for together. `schemes`: rows of different schemes that are equal in
 * everything else; `baseline`: those of them that hold the baseline; `all`: every two rows.
 */
export const TEST_FAMILIES = ['schemes', 'baseline', 'all'] as const
export type TestFamily = (typeof TEST_FAMILIES)[number]

/** Two rows of a comparison, or two schemes over all densities, tested. */
export interface PairSignificance {
  /** Indices of the two rows; of the first rows of the two schemes, when pooled. */
  readonly a: number
  readonly b: number
  /** What is tested, by name. */
  readonly first: string
  readonly second: string
  /** Paired by seed where two seeds or more are shared, Welch’s t otherwise. */
  readonly test: 'paired' | 'welch'
  /** Values of each side that took part; equal when paired. */
  readonly n: readonly [number, number]
  /** Mean of a less mean of b (of the pairs, when paired). */
  readonly difference: number
  readonly t: number
  /** Degrees of freedom, by Welch and Satterthwaite where it is their test. */
  readonly degrees: number
  /** Two-sided; NaN where no test is possible. */
  readonly p: number
  /** Holm-corrected over all pairs of the family. */
  readonly adjusted: number
  /** 95 % interval of the difference, by the t distribution of the same test. */
  readonly low: number
  readonly high: number
  /** Percentile bootstrap interval, 95 %; null below ten values a side, where it is too narrow. */
  readonly bootstrap: readonly [number, number] | null
  /** Some run of the two is not there yet, or failed: not the last word. */
  readonly incomplete: boolean
  /** The rows of the two sides, by index: one each, or all that are pooled. */
  readonly rows?: readonly number[]
}

/** What a diverged run counts with from the step at which it diverged (shared/stats/diverged). */
export interface DivergedEnd {
  readonly run: number
  readonly step: number
  /** Chance; NaN where the classes are not known. */
  readonly accuracy: number
  /** NaN or infinite. */
  readonly loss: number
}

export interface CompareRow {
  readonly group: string
  /** Axis labels of the row, e.g. { Scheme: 'ERK-EOI' }. */
  readonly labels: Readonly<Record<string, string>>
  /** One name for charts and captions. */
  readonly label: string
  /** `ERK-EOI`, `Dense`, …: what colours, dashes and markers are stable by. */
  readonly scheme?: string
  /**
   * Name of the line that the row belongs to where density is the horizontal axis: all that differs but
   * it.
   */
  readonly line?: string
  /**
   * Values: one a seed, of runs that finished or diverged (and of every setting that is averaged over).
   * NaN is a value.
   */
  readonly n: number
  /** Seeds that the row has runs of; n < expected marks the row as incomplete. */
  readonly expected: number
  /** Seeds without a run that ended, by the status of their run. */
  readonly apart?: Readonly<Partial<Record<RunStatus, number>>>
  /** Seeds whose run ended without such a value. */
  readonly missing?: number
  /** Runs of a seed that is counted already: on another backend, or twice. */
  readonly repeats?: number
  readonly mean: number
  /** Sample standard deviation (n − 1); null for n < 2. */
  readonly std: number | null
  readonly min: number
  readonly max: number
  /** Of the runs that count. */
  readonly diverged: number
  /** The runs that count, with their seeds and values, in one order. */
  readonly runs: readonly number[]
  readonly seeds: readonly number[]
  readonly values: readonly number[]
  /** What each value stands for; rows are paired by it. The seed when left out. */
  readonly units?: readonly string[]
  /** How those of `runs` ended that diverged. */
  readonly ends?: readonly DivergedEnd[]
  /** Every run of the row, whether it counts or not. */
  readonly members?: readonly number[]
  /** Runs that are under way, which count for nothing yet. */
  readonly live?: readonly number[]
  readonly parameters: number | null
  /** Density reached, the mean of the runs that count. */
  readonly density: number | null
  /** Floating-point operations of the whole training, the mean of the runs that count. */
  readonly operations?: number | null
  /**
   * Of a dense network as large as sparse ones: the density that those reached, where it stands in
   * charts.
   */
  readonly place?: number
  /** Best within its family (rows that share every label but the scheme): bold. */
  readonly bestOfFamily: boolean
  readonly bestOverall: boolean
  /**
   * Where tests were asked for: the corrected p below .05 (1), .01 (2), .001 (3) against the baseline, or, in
   * other families, of a row that is better than every row that it was tested against.
   */
  readonly stars?: number
  /** Rows of the dense networks that it is held against, by index; null for none. */
  readonly references?: { readonly dense: number | null; readonly sameSize: number | null }
  /** Where a reference was named: the row that it is for this one. A reference has none of its own. */
  readonly against?: Against
}

export interface CompareTable {
  readonly metric: string
  readonly at: ValueAt
  readonly higherIsBetter: boolean
  readonly axes: readonly string[]
  readonly rows: readonly CompareRow[]
  readonly caption: string
  /** As it was asked for. */
  readonly reference?: string
  /**
   * Fields of the specification that differ between the rows shown: path → value per row; equal ones folded.
   */
  readonly differences: readonly { readonly path: string; readonly values: readonly string[] }[]
  readonly equal: readonly { readonly path: string; readonly value: string }[]
  /** Only where it was asked for; sorted by the corrected p, pairs without a test last. */
  readonly significance?: readonly PairSignificance[]
  /** Which pairs those are. */
  readonly family?: TestFamily
  readonly baseline?: string
  readonly pooled?: boolean
}

/**
 * A table of two ways: `rows` down, `columns` across; axes of the study, `scheme`, or fields by their
 * path.
 */
export interface TwoWayRequest extends Pick<
  CompareRequest,
  'study' | 'runs' | 'only' | 'metric' | 'at' | 'byBackend' | 'reference'
> {
  readonly rows: readonly string[]
  readonly columns: readonly string[]
  /** What stands beside the cells of each row; nothing when left out. */
  readonly beside?: readonly BesideColumn[]
}

/** Facts of a row, as a range where its cells differ. */
export const BESIDE_COLUMNS = ['parameters', 'density', 'operations'] as const
export type BesideColumn = (typeof BESIDE_COLUMNS)[number]

/** What a comparison can be arranged and filtered by: axes, `scheme`, fields that differ. */
export interface CompareChoice {
  readonly key: string
  /** Whether it is an axis of the study. */
  readonly axis: boolean
  /** In the order in which they first appear; without `any`. */
  readonly values: readonly string[]
}

export interface TwoWayCell {
  readonly row: CompareRow
  /** Best of its column and group of rows. */
  readonly bold: boolean
  /** Best of its column. */
  readonly underlined: boolean
}

export interface TwoWayTable {
  readonly metric: string
  readonly at: ValueAt
  readonly reference?: string
  readonly rowKeys: readonly string[]
  readonly beside?: readonly BesideColumn[]
  readonly columnKeys: readonly string[]
  /** A value of each column key for every column. */
  readonly columnHeads: readonly (readonly string[])[]
  /** Cells in the order of the columns; null where there are no runs. */
  readonly rows: readonly {
    readonly head: readonly string[]
    readonly cells: readonly (TwoWayCell | null)[]
  }[]
  /**
   * Rows to which the key of a column makes no difference: cells across neighbouring columns; null where
   * there are no runs.
   */
  readonly across: readonly {
    readonly head: readonly string[]
    readonly spans: readonly { readonly row: CompareRow | null; readonly span: number }[]
  }[]
  readonly caption: string
}
