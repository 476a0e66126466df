/** Studies: presets and own ones, their estimate, and their start. */
import { BenchError } from '../../shared/contract/errors.ts'
import type { ParsedInput } from '../../shared/contract/calls/index.ts'
import type { StudyDetail, StudyRow } from '../../shared/contract/lab.ts'
import type { Study, StudyInput } from '../../shared/spec/study-schema.ts'
import { BUDGET_AXIS, budgetLabel } from '../../shared/studies/budget.ts'
import { parseStudy } from '../../shared/spec/parse.ts'
import { expandStudy } from '../../shared/studies/grid.ts'
import { relabelling } from '../../shared/studies/renames.ts'
import { presetStudies } from '../../shared/studies/index.ts'
import type { LabContext } from '../context.ts'
import { queueOf } from '../context.ts'
import { estimateStudy } from '../estimates/estimate.ts'
import { boundToData, changedData, labelOf, tellChanged } from '../run/changed-data.ts'
import { lookAtStudy } from '../run/look-at-data.ts'
import { addSeeds } from '../run/more-seeds.ts'
import { overriddenStudy, startStudy } from '../run/start.ts'
import { hasEnded } from '../../shared/stats/counting.ts'
import { boundOwnStudy } from '../store/own-data.ts'
import { listRuns } from '../store/runs.ts'
import { archiveStudy, countRuns, findStudy, listStudies, relabelRuns, saveStudy } from '../store/studies.ts'
import type { Handlers } from './types.ts'

/** A study by its id, own or preset. @throws BenchError `not-found` with the ids that there are. */
export function studyOf(context: LabContext, id: string): StudyDetail {
  const preset = presetStudies().find((each) => each.study.id === id)
  if (preset) return { study: preset.study, preset: true, source: preset.study.source }
  const own = findStudy(context.database, id)?.study
  if (own) return { study: own, preset: false, source: own.source }
  const known = [
    ...presetStudies().map(({ study }) => study.id),
    ...listStudies(context.database).flatMap(({ study }) => study?.id ?? []),
  ]
  throw new BenchError('not-found', `There is no study “${id}”. Known: ${known.join(', ')}.`, 'id')
}

function toRow(
  study: Study,
  preset: boolean,
  createdAt: string | null,
  counts: ReturnType<typeof countRuns>,
): StudyRow {
  const byStatus = counts.get(study.id) ?? {}
  return {
    id: study.id,
    title: study.title,
    description: study.description,
    source: study.source,
    preset,
    createdAt,
    byStatus,
    runs: Object.values(byStatus).reduce((sum, runs) => sum + runs, 0),
  }
}

export function listAll(context: LabContext): { row: StudyRow; archived: boolean }[] {
  const counts = countRuns(context.database)
  const stored = new Map(listStudies(context.database).map((each) => [each.id, each]))
  const presets = presetStudies().map(({ study }) => ({
    row: toRow(study, true, null, counts),
    archived: stored.get(study.id)?.archived ?? false,
  }))
  const own = [...stored.values()].flatMap(({ study, createdAt, archived }) =>
    study ? [{ row: toRow(study, false, createdAt, counts), archived }] : [],
  )
  return [...presets, ...own]
}

/**
 * A study that can be stored under its id.
 * @throws BenchError with what is wrong in it, or where the id is that of a preset
 */
export function storableStudy(given: StudyInput): Study {
  const study = parseStudy(given)
  if (presetStudies().some((each) => each.study.id === study.id)) {
    throw new BenchError(
      'conflict',
      `“${study.id}” is a study that comes with the program; save yours under another id.`,
      'study.id',
    )
  }
  expandStudy(study)
  return study
}

/** A study (the stored one of the id) with what was set for this start, bound to the data there are now. */
export async function prepareStart(
  context: LabContext,
  { id, set, seeds, budget, backend = 'auto', retry }: ParsedInput<'studies/start'>,
  stored: Study = studyOf(context, id).study,
) {
  const named = overriddenStudy(stored, set ?? {}, seeds, budget)
  await lookAtStudy(context, named)
  const asked = boundOwnStudy(named)
  const changed = await changedData(context, asked, backend)
  const study = boundToData(asked, changed)
  const extra = { ...set, ...(budget ? { [BUDGET_AXIS]: budgetLabel(budget) } : {}), ...labelOf(changed) }
  return { study, extra, backend, retry, changed }
}

export const studyHandlers: Handlers<
  | 'studies/list'
  | 'studies/get'
  | 'studies/save'
  | 'studies/archive'
  | 'studies/estimate'
  | 'studies/start'
  | 'studies/more-seeds'
> = {
  'studies/list': (context) =>
    listAll(context)
      .filter(({ archived }) => !archived)
      .map(({ row }) => row),
  'studies/get': (context, { id }) => studyOf(context, id),
  'studies/save': (context, { study: given }) => {
    const study = storableStudy(given)
    const before = findStudy(context.database, study.id)?.study
    const relabelled = before ? relabelling(before, study) : null
    context.queue?.flush()
    saveStudy(context.database, study, context.now().toISOString())
    if (relabelled) relabelRuns(context.database, study.id, relabelled)
    context.emitter.emit('studies/changed', { id: study.id })
    return studyOf(context, study.id)
  },
  'studies/archive': (context, { id, archived }) => {
    studyOf(context, id)
    archiveStudy(context.database, id, archived, context.now().toISOString())
    context.emitter.emit('studies/changed', { id })
    const found = listAll(context).find(({ row }) => row.id === id)
    if (!found) throw new BenchError('not-found', `There is no study “${id}”.`, 'id')
    return found.row
  },
  'studies/estimate': (context, { study, backend }) =>
    estimateStudy(context, parseStudy(study), backend ?? 'auto'),
  'studies/start': async (context, input) => {
    const { id } = input
    const queue = queueOf(context)
    queue.flush()
    const { study, extra, backend, retry, changed } = await prepareStart(context, input)
    queue.flush()
    const now = context.now().toISOString()
    const started = startStudy(context, study, extra, backend, now, retry)
    tellChanged(context.database, started.fresh, changed, now)
    queue.wake(started.fresh)
    context.emitter.emit('studies/changed', { id })
    return {
      queued: started.fresh.length,
      reused: started.runs.length - started.fresh.length,
      changed: changed.runs,
      runs: started.runs,
      left: listRuns(context.database, { ids: started.runs }).filter(({ status }) => !hasEnded(status))
        .length,
      ...(study.search ? { waiting: started.waiting } : {}),
    }
  },
  'studies/more-seeds': (context, { study, runs, count }) => {
    const queue = queueOf(context)
    queue.flush()
    studyOf(context, study)
    const added = addSeeds(context.database, study, runs, count, context.now().toISOString())
    queue.wake(added.fresh)
    context.emitter.emit('studies/changed', { id: study })
    const { fresh, ...told } = added
    return { ...told, queued: fresh.length, reused: added.runs.length - fresh.length }
  },
}
