/**
 * THE interface between the lab and whoever uses it: the window over a port, the command line in the same
 * process or over a line. Methods are calls (`domain/verb`), each a line of the table in `calls/`, from which
 * the types here derive; events are pushed.
 */
import type { ClusterEvents } from './cluster.ts'
import type { DataName, DataProgress } from './data.ts'
import type { OwnMethodEvents } from './methods.ts'
import type { QueueEntry, QueueState } from './queue.ts'
import type { MetricPoint } from './run.ts'
import type { RunEvent, RunRow } from './row.ts'
import type { TensorFlowEvents } from './tensorflow.ts'
import type { TimingProgress } from '../laboratory/types.ts'
import type { ViewPage } from './views.ts'

export { TEST_FAMILIES } from './compare.ts'
export { BANDS, CURVE_AXES, EXPORT_FORMATS, EXPORT_WHATS, FIGURES, ofAllFields } from './export.ts'
export type { ExportFormat, ExportRequest, ExportWhat, FigureName, FigureRequest } from './export.ts'
export type { ImportanceTable } from './importance.ts'
export { SAMPLE_TAG } from './bundle.ts'
export type { BundleImport } from './bundle.ts'
export type { StudyDetail, StudyRow } from './study.ts'
export type { QueueState } from './queue.ts'
export type { LabInput, LabMethod, LabMethods, LabOutput } from './calls/index.ts'
export type { DiskEstimate, MemoryEstimate, StudyEstimate } from './estimate.ts'
export type { RunDetail, RunEvent, RunRow, Series } from './row.ts'
export type { BackendInfo, DoctorItem, LabInfo } from './info.ts'
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

export interface LabEvents extends ClusterEvents, OwnMethodEvents, TensorFlowEvents {
  /** A slow line left events out: whoever shows something asks for it anew. */
  'lab/missed': Record<string, never>
  /** What the set-up of another computer says. */
  'remotes/told': { readonly name: string; readonly line: string }
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
