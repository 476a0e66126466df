/** What can be written: tables, curves and figures. */
import type { FigureLook } from '../figure/look.ts'
import type { TheoryFigure } from '../theory/requests.ts'
import type { BesideColumn, Only, TargetLine, TestFamily, ValueAt } from './compare.ts'

export const EXPORT_WHATS = [
  'groups',
  'two-way',
  'runs',
  'metrics',
  'significance',
  'importance',
  'layer',
  'figure',
  'report',
] as const
export type ExportWhat = (typeof EXPORT_WHATS)[number]
export const EXPORT_FORMATS = [
  'csv',
  'latex',
  'markdown',
  'html',
  'tensorboard',
  'svg',
  'png',
  'pdf',
] as const
export type ExportFormat = (typeof EXPORT_FORMATS)[number]
export const FIGURES = [
  'learning-curves',
  'price-of-sparsity',
  'singular-values',
  'spectra',
  'layer-densities',
  'pareto',
  'pareto-operations',
  'pareto-time',
  'angles',
  'parallel-coordinates',
  'importance',
] as const
export type FigureName = (typeof FIGURES)[number]

/** Whether a figure shows all fields in one drawing, of no lines over two axes: it has no panels. */
export const ofAllFields = (figure: FigureName): boolean =>
  figure === 'parallel-coordinates' || figure === 'importance'
/** Around means, or, for `quartiles` and `median-range`, around medians. */
export const BANDS = ['std', 'sem', 'min-max', 'ci95', 'quartiles', 'median-range'] as const
export const CURVE_AXES = ['step', 'epoch', 'seconds'] as const

/** Whether an export is a folder of files: event files of TensorBoard, a report in LaTeX. */
export function writesFolder({ what, format }: Pick<ExportRequest, 'what' | 'format'>): boolean {
  return format === 'tensorboard' || (what === 'report' && format === 'latex')
}

/** What was written. */
export interface Written {
  readonly file: string
  readonly rows: number
  readonly bytes: number
  /** What is not as it was asked for: letters that no font has. */
  readonly notes?: readonly string[]
}

/** A figure of runs as data, the same that `export/write` draws. */
export type FigureRequest = Pick<
  ExportRequest,
  | 'study'
  | 'runs'
  | 'metric'
  | 'at'
  | 'band'
  | 'axis'
  | 'xLog'
  | 'yLog'
  | 'hide'
  | 'smoothing'
  | 'members'
  | 'groupBy'
  | 'only'
  | 'byBackend'
  | 'facet'
  | 'reference'
  | 'targets'
  | 'fields'
> & {
  readonly figure: FigureName
}

export interface ExportRequest {
  readonly what: ExportWhat
  readonly format: ExportFormat
  readonly study?: string
  readonly runs?: readonly number[]
  readonly metric?: string
  readonly at?: ValueAt
  /** For `figure`. */
  readonly figure?: FigureName
  /** For `figure`: one of the Theory page in place of one of runs. */
  readonly theory?: TheoryFigure
  /** For `figure`: the band around means; each figure has its own default. */
  readonly band?: (typeof BANDS)[number]
  /** For `figure`, learning curves: the horizontal axis; the step when left out. */
  readonly axis?: (typeof CURVE_AXES)[number]
  /** For `figure`: the vertical axis logarithmic or not; each figure has its own default. */
  readonly yLog?: boolean
  readonly xLog?: boolean
  /** For `figure`: labels of lines that are left out. */
  readonly hide?: readonly string[]
  /**
   * For `figure`, learning curves: weight of the past, 0 (none) to below 1; the raw mean stays faint
   * behind.
   */
  readonly smoothing?: number
  /** For `figure`, learning curves: every run thin behind its mean. */
  readonly members?: boolean
  /** For `groups`, `significance` and `figure`, as in a comparison. */
  readonly groupBy?: readonly string[]
  readonly byBackend?: boolean
  /** Only runs of these labels or values, for whatever is written. */
  readonly only?: Only
  /** For `figure` that is drawn: sizes, words, ranges. */
  readonly look?: FigureLook
  /** For `figure`: a panel for every value of this axis or field. */
  readonly facet?: string
  /** The row, scheme or label that rows are held against: a column of tables, dashed lines of figures. */
  readonly reference?: string
  /** For `figure`: lines in every panel that has the metric for its vertical axis. */
  readonly targets?: readonly TargetLine[]
  /** For `importance`, and figures of many fields: axes, `scheme`, fields; else those that differ. */
  readonly fields?: readonly string[]
  /** For `layer`, of one run: the name of a kernel, and a step whose weights are known; the last without. */
  readonly layer?: string
  readonly step?: number
  /** For `two-way`. */
  readonly rows?: readonly string[]
  readonly columns?: readonly string[]
  readonly beside?: readonly BesideColumn[]
  /** For `two-way` as LaTeX: numbers in columns of the package siunitx, aligned at their points. */
  readonly siunitx?: boolean
  /** For `groups` as LaTeX or Markdown: the tests between schemes beneath the table. */
  readonly significance?: boolean
  /** For `groups` and `significance`: which pairs are tested, as in a comparison. */
  readonly family?: TestFamily
  readonly baseline?: string
  readonly pooled?: boolean
  /** The file to write; a folder where `writesFolder` says so. */
  readonly file: string
}
