/**
 * THE interface between the lab and whoever uses it: the window over a port, the command line in the same
 * process. Methods are calls (`domain/verb`), events are pushed. Inputs are parsed by the handler that takes
 * them.
 */
import type { BackupFile, HomeBackup } from './home.ts'
import type { Budget, Study, StudyInput } from '../spec/study-schema.ts'
import type { DataName, DataProgress, DataMethods } from './data.ts'
import type {
  DrawExportInput,
  DrawInput,
  OnnxRequest,
  TimesInput,
  TimingInput,
  WeightsRequest,
} from '../laboratory/requests.ts'
import type { MeasureInput, NetworkMeasurement, TheoryFigure } from '../theory/requests.ts'
import type { Drawing, PatternFile, TimingProgress } from '../laboratory/types.ts'
import type { StudyEstimate } from './estimate.ts'
import type { LabInfo } from './info.ts'
import type { FigureLook } from '../figure/look.ts'
import type { FigureSheet } from '../figure/sheet.ts'
import type { OwnMethodCalls, OwnMethodEvents } from './methods.ts'
import type { TensorFlowCalls, TensorFlowEvents } from './tensorflow.ts'
import type { ModelDescription, ModelRequest } from './model.ts'
import type {
  OwnModelImport,
  OwnModelRemoval,
  OwnModelRow,
  PredictRequest,
  PredictResult,
} from './own-models.ts'
import type { QueueEntry, QueueOrder } from './queue.ts'
import type { MetricPoint, Phase, RunStatus } from './run.ts'
import type { RunDetail, RunEvent, RunRow, Series } from './row.ts'
import type {
  BesideColumn,
  CompareChoice,
  CompareRequest,
  CompareTable,
  Only,
  TargetLine,
  TestFamily,
  TwoWayRequest,
  TwoWayTable,
  ValueAt,
} from './compare.ts'
import type { RunsColumns, RunsPage, RunsQuery } from './table.ts'
import type { SavedView, TableView, ViewPage } from './views.ts'

export { TEST_FAMILIES } from './compare.ts'
export type { DiskEstimate, StudyEstimate } from './estimate.ts'
export type { RunDetail, RunEvent, RunRow, Series } from './row.ts'
export type { BackendInfo, DoctorItem, LabInfo } from './info.ts'

export interface StudyRow {
  readonly id: string
  readonly title: string
  readonly description: string
  readonly source: string
  /** Comes with the program; can be duplicated, not changed. */
  readonly preset: boolean
  readonly createdAt: string | null
  readonly runs: number
  readonly byStatus: Readonly<Partial<Record<RunStatus, number>>>
}

export interface StudyDetail {
  readonly study: Study
  readonly preset: boolean
  readonly source: string
}

export type {
  CompareChoice,
  CompareRequest,
  CompareRow,
  CompareTable,
  DivergedEnd,
  PairSignificance,
  TestFamily,
  TwoWayCell,
  TwoWayRequest,
  TwoWayTable,
  ValueAt,
} from './compare.ts'

export interface QueueState {
  readonly paused: boolean
  readonly running: number
  readonly queued: number
  readonly finished: number
  readonly failed: number
  /** 0 … 1 over the runs of the present batch of work; null when idle. */
  readonly fraction: number | null
  readonly secondsLeft: number | null
  readonly concurrency: number
}

export const EXPORT_WHATS = [
  'groups',
  'two-way',
  'runs',
  'metrics',
  'significance',
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
] as const
export type FigureName = (typeof FIGURES)[number]
/** Around means, or, for `quartiles` and `median-range`, around medians. */
export const BANDS = ['std', 'sem', 'min-max', 'ci95', 'quartiles', 'median-range'] as const
export const CURVE_AXES = ['step', 'epoch', 'seconds'] as const

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
  /** The file to write; for `tensorboard` a folder. */
  readonly file: string
}

/** Tag of runs that came with the program's sample. */
export const SAMPLE_TAG = 'sample'

export interface BundleImport {
  readonly study: string
  readonly title: string
  /** Runs that were not here. */
  readonly added: readonly number[]
  /** Runs of the same identity and backend that were here already; nothing of them was changed. */
  readonly skipped: readonly number[]
  /** Names of own models that came with the runs and were free here. */
  readonly models: readonly string[]
  /** Methods of users' own that came with it and may not run here before they were looked at. */
  readonly untrusted: readonly string[]
}

/** Every call: name → (input, output). */
export interface LabMethods extends DataMethods, OwnMethodCalls, TensorFlowCalls {
  'lab/info': (input: Record<string, never>) => LabInfo
  'lab/schema': (input: Record<string, never>) => unknown
  'studies/list': (input: Record<string, never>) => readonly StudyRow[]
  'studies/get': (input: { id: string }) => StudyDetail
  /** Saves an own study (new or changed). */
  'studies/save': (input: { study: StudyInput }) => StudyDetail
  'studies/archive': (input: { id: string; archived: boolean }) => StudyRow
  'studies/estimate': (input: { study: StudyInput; backend?: string }) => StudyEstimate
  /** Expands the study and queues what does not exist yet; finished runs of the same identity are reused. */
  'studies/start': (input: {
    id: string
    set?: Record<string, unknown>
    seeds?: number[]
    /** In place of the study's own. */
    budget?: Budget
    backend?: string
    /** Failed and cancelled runs are queued again, unless this is false. */
    retry?: boolean
  }) => {
    queued: number
    reused: number
    /** Runs that exist but were trained on other data than lie there now; new ones were made beside them. */
    changed: readonly number[]
    runs: readonly number[]
    /** Runs that have not ended; 0 when there is nothing left to do. */
    left: number
    /** Groups whose learning rate is still searched; what they report is queued when they have one. */
    waiting?: number
  }
  /**
   * Queues `count` more seeds of every row (all but the seed) that the named runs of the study belong to: the
   * lowest that the row does not have.
   */
  'studies/more-seeds': (input: { study: string; runs: readonly number[]; count: number }) => {
    queued: number
    reused: number
    runs: readonly number[]
    seeds: readonly number[]
  }
  'runs/list': (input: { study?: string; archived?: boolean }) => readonly RunRow[]
  'runs/get': (input: { id: number }) => RunDetail
  'runs/series': (input: {
    runs: readonly number[]
    phase: Phase
    name: string
    /** Points of a curve at most; 10,000,000 (all) when neither this nor `pixels` is given. */
    maxPoints?: number
    /** Width of the chart: at most twice as many points, with every stretch's exact extremes and gaps. */
    pixels?: number
    /** Only these steps, for a chart that is zoomed. */
    from?: number
    to?: number
    /** Tells the time of each point too. */
    seconds?: boolean
  }) => readonly Series[]
  /** A page of the table of runs, filtered and sorted. */
  'runs/query': (input: RunsQuery) => RunsPage
  'runs/columns': (input: { study?: string; archived?: boolean }) => RunsColumns
  'runs/pause': (input: { ids: readonly number[] }) => readonly RunRow[]
  'runs/resume': (input: { ids: readonly number[] }) => readonly RunRow[]
  'runs/cancel': (input: { ids: readonly number[] }) => readonly RunRow[]
  'runs/retry': (input: { ids: readonly number[] }) => readonly RunRow[]
  'runs/annotate': (input: {
    ids: readonly number[]
    /** Replaces all tags; `addTags` and `removeTags` change some. */
    tags?: string[]
    addTags?: string[]
    removeTags?: string[]
    note?: string
    starred?: boolean
    archived?: boolean
  }) => readonly RunRow[]
  'queue/state': (input: Record<string, never>) => QueueState
  'queue/set': (input: { paused?: boolean; concurrency?: number }) => QueueState
  /** Waiting runs in the order in which they will be taken. */
  'queue/list': (input: Record<string, never>) => readonly QueueEntry[]
  /** Moves waiting runs, or changes their priority; returns the new order. It survives a restart. */
  'queue/order': (input: QueueOrder) => readonly QueueEntry[]
  'views/list': (input: { page: ViewPage }) => readonly SavedView[]
  /** New, or in place of the view of that name. */
  'views/save': (input: { page: ViewPage; name: string; view: TableView }) => SavedView
  'views/delete': (input: { page: ViewPage; name: string }) => readonly SavedView[]
  'compare/table': (input: CompareRequest) => CompareTable
  'compare/two-way': (input: TwoWayRequest) => TwoWayTable
  /** What rows, columns and filters can be: axes, `scheme`, fields that differ, with their values. */
  'compare/keys': (input: { study?: string; runs?: readonly number[] }) => readonly CompareChoice[]
  /** Metrics that the runs have: `test.accuracy`, … */
  'compare/metrics': (input: { study?: string; runs?: readonly number[] }) => readonly string[]
  /** Refused with `not-found` where the runs lack what the figure is drawn from. */
  'figures/get': (input: FigureRequest) => FigureSheet
  /** A model layer by layer, under a density distribution and a weight scheme. */
  'model/show': (input: ModelRequest) => ModelDescription
  /** Own models, by name. */
  'models/list': (input: Record<string, never>) => readonly OwnModelRow[]
  /** Brings a model in; a name that stood for another model stands for this one from then on. */
  'models/import': (input: { file: string; name?: string }) => OwnModelImport
  /** Takes a name away; runs keep their model. */
  'models/remove': (input: { name: string }) => OwnModelRemoval
  'models/export': (input: { name: string; file: string }) => { file: string; bytes: number }
  /** A partial specification with what this home knows of its own model filled in. */
  'models/complete': (input: { spec: Readonly<Record<string, unknown>> }) => Record<string, unknown>
  /** Draws one matrix or kernel; `job` names it for `jobs/progress` and `jobs/cancel`. */
  'laboratory/draw': (input: { draw: DrawInput; job?: string }) => Drawing
  /** The pattern that a file holds, as settings keep it: .npz, .png, or rows of 0 and 1. */
  'laboratory/pattern': (input: { name: string; base64: string }) => PatternFile
  /** Measures case after case; each point is told as the event `laboratory/timing` when it is there. */
  'laboratory/timing': (input: { timing: TimingInput; job?: string }) => readonly TimingProgress[]
  /** Draws networks and measures their Jacobians' spectra; `job` as for a drawing. */
  'theory/measure': (input: { network: MeasureInput; job?: string }) => NetworkMeasurement
  /** Stops a drawing, a measurement or a check of a method; whoever waits hears `cancelled`. */
  'jobs/cancel': (input: { job: string }) => { readonly cancelled: boolean }
  'laboratory/export': (input: DrawExportInput & { file: string }) => { file: string; bytes: number }
  /** Writes measured times as CSV. */
  'laboratory/export-times': (input: TimesInput & { file: string }) => {
    file: string
    rows: number
    bytes: number
  }
  /** Writes the stored weights and masks of a run. */
  'weights/write': (input: WeightsRequest & { file: string }) => {
    file: string
    arrays: number
    bytes: number
  }
  /** Writes the network of a run, with its stored weights, as an ONNX file. */
  'onnx/write': (input: OnnxRequest & { file: string }) => { file: string; layers: number; bytes: number }
  /** Writes the logits of the examples in a file. */
  'predict/write': (input: PredictRequest) => PredictResult
  /** Writes the whole home, weights and all, as one file. */
  'home/backup': (input: { file: string }) => HomeBackup
  /** Copies of the database that were taken by themselves, the newest first. */
  'home/backups': (input: Record<string, never>) => readonly BackupFile[]
  /** Writes a study with its runs, metrics, layers and events as one file. */
  'bundle/export': (input: { study: string; file: string }) => { file: string; runs: number; bytes: number }
  /** Brings in such a file, or the sample that comes with the program; never overwrites. */
  'bundle/import': (input: { file: string } | { sample: true }) => BundleImport
  /** The shell vouches for paths that the user chose in a native dialog: the page may name these. */
  'paths/grant': (input: { paths: readonly string[] }) => { readonly granted: number }
  /** Runs here that came with the program's sample; all carry the tag `sample`. */
  'sample/state': (input: Record<string, never>) => { readonly runs: number }
  /** Removes them and their curves; those that another study uses stay. */
  'sample/remove': (input: Record<string, never>) => { readonly removed: number }
  'export/write': (input: ExportRequest) => { file: string; rows: number; bytes: number }
}

export interface LabEvents extends OwnMethodEvents, TensorFlowEvents {
  'jobs/progress': { readonly job: string; readonly fraction: number }
  'laboratory/timing': { readonly job: string; readonly progress: TimingProgress }
  'run/changed': RunRow
  'run/metrics': { readonly run: number; readonly points: readonly MetricPoint[] }
  'run/event': { readonly run: number; readonly event: RunEvent }
  'queue/changed': QueueState
  /** Order or priority of waiting runs. */
  'queue/reordered': readonly QueueEntry[]
  'views/changed': { readonly page: ViewPage }
  'studies/changed': { readonly id: string }
  /** A name of an own model came, went, or means another content. */
  'models/changed': { readonly name: string }
  'data/progress': { readonly name: DataName; readonly progress: DataProgress }
  /** A set came, went, or a download of it began or ended. */
  'data/changed': { readonly name: DataName }
}

export type LabMethod = keyof LabMethods
export type LabInput<M extends LabMethod> = Parameters<LabMethods[M]>[0]
export type LabOutput<M extends LabMethod> = ReturnType<LabMethods[M]>
