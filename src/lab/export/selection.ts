/** The runs that an export, a comparison or a figure is of. */
import type { Only } from '../../shared/contract/compare.ts'
import type { RunRow } from '../../shared/contract/lab.ts'
import { isCandidate, SEARCHED_BY } from '../../shared/studies/search.ts'
import type { LabContext } from '../context.ts'
import { rowsOf } from '../handlers/runs.ts'
import { listRuns } from '../store/runs.ts'
import { onlyRows } from './keys.ts'

export interface Selection {
  readonly study?: string
  readonly runs?: readonly number[]
  readonly only?: Only
}

/** Metrics that rows tell, `phase.name`: reading all that runs have takes longer than all else. */
export type Told = readonly string[] | 'all'

/** What a comparison tells of a run beside the value that is asked for. */
const BESIDE = [
  'train.density',
  'train.operations',
  'train.parameters',
  'train.loss',
  'initialization.density',
  'initialization.training-operations',
  'initialization.parameters',
  ...SEARCHED_BY,
]

/** The metrics that a comparison of one of them reads. */
export const comparedMetrics = (metric: string): readonly string[] => [...new Set([metric, ...BESIDE])]

/** The runs that are meant: named ones, else those of a study, else all that are not archived; filtered. */
export function selectRuns(context: LabContext, { only, ...selection }: Selection, told: Told): RunRow[] {
  return onlyRows(selected(context, selection, told), only)
}

function selected(context: LabContext, { study, runs }: Omit<Selection, 'only'>, told: Told): RunRow[] {
  const metrics = told === 'all' ? undefined : told
  if (!runs) {
    context.queue?.flush()
    return listRuns(context.database, { study, metrics })
  }
  if (study === undefined) return rowsOf(context, runs, undefined, metrics)
  // The study's labels, for some of its runs.
  const chosen = new Set(runs)
  context.queue?.flush()
  return listRuns(context.database, { study, archived: true, metrics }).filter(({ id }) => chosen.has(id))
}

/** The runs that a comparison or a figure is made of: those of a search are none. */
export function reportedRuns(context: LabContext, selection: Selection, told: Told): RunRow[] {
  return selectRuns(context, selection, told).filter(({ labels }) => !isCandidate(labels))
}
