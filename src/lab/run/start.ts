/** Starting a study: its grid becomes runs, new ones queued, existing ones reused. */
import { BenchError } from '../../shared/contract/errors.ts'
import { parseSpec, parseStudy, valueText } from '../../shared/spec/parse.ts'
import { setField } from '../../shared/spec/paths.ts'
import type { Study } from '../../shared/spec/study-schema.ts'
import { expandStudy } from '../../shared/studies/grid.ts'
import type { GridRun } from '../../shared/studies/grid.ts'
import { completing } from '../models/names.ts'
import { bindOwnData } from '../store/own-data.ts'
import { addEvent } from '../store/events.ts'
import { bindWeightsFiles } from '../store/weights-files.ts'
import { forDataNow } from './changed-data.ts'
import type { DataNow } from './changed-data.ts'
import type { Connection } from '../store/open.ts'
import { addRun, changeRun, findExisting, moveRun } from '../store/runs.ts'
import { linkRun } from '../store/studies.ts'

/**
 * A study with fields set in its base and other seeds. Throws BenchError for a value that the field does not
 * allow, and for a field that every point of an axis sets, since the axis would win; where only some points
 * set it, the others take the new value.
 */
export function overriddenStudy(
  study: Study,
  set: Readonly<Record<string, unknown>>,
  seeds?: readonly number[],
): Study {
  for (const [path, value] of Object.entries(set)) {
    parseSpec(setField({}, path, value))
    const axis = study.axes.find(({ points }) => points.every((point) => path in point.set))
    if (axis) {
      throw new BenchError(
        'bad-input',
        `${path} is set by the axis “${axis.name}” of “${study.id}”; ` +
          'setting it would change nothing. Duplicate the study and change the axis.',
        path,
      )
    }
  }
  const base = Object.entries(set).reduce<Record<string, unknown>>(
    (at, [path, value]) => setField(at, path, value),
    study.base,
  )
  return parseStudy({ ...study, base, seeds: seeds ?? study.seeds })
}

export interface StartedStudy {
  /** All runs of the grid, in its order. */
  readonly runs: number[]
  /** Those that were queued now; the others exist or are on their way. */
  readonly fresh: number[]
  /** Existing runs that were trained on other data than lie there now; each has a run beside it. */
  readonly changed: number[]
}

/** The grid of a study as runs, bound to the content of the files that it names. */
export function gridOf(database: Connection, study: Study): GridRun[] {
  const { runs, problems, failed } = expandStudy(bindWeightsFiles(study), completing(database))
  if (failed) {
    throw new BenchError(
      'bad-specification',
      `“${study.id}” cannot start:\n${problems.map((text) => `- ${text}`).join('\n')}`,
      study.id,
    )
  }
  if (runs.length === 0) {
    throw new BenchError('bad-specification', `“${study.id}” has no runs; look at “exclude”.`, study.id)
  }
  return bindOwnData(runs)
}

/** Digits of a content hash that tell data apart in a label. */
const SHOWN = 8

/**
 * Queues what the grid has and the store has not, in one transaction. Failed and cancelled runs are queued
 * again. Fields that were set for this start label the runs, so that they stand apart from the study's own.
 * Where the data of an existing run were exchanged, a run for the present data is made beside it. @throws
 * BenchError `bad-specification` with every problem, and then nothing is queued.
 */
export function startStudy(
  database: Connection,
  study: Study,
  set: Readonly<Record<string, unknown>>,
  backend: string,
  now: string,
  dataNow: DataNow = new Map(),
  grid: readonly GridRun[] = gridOf(database, study),
): StartedStudy {
  const extra = Object.fromEntries(Object.entries(set).map(([path, value]) => [path, valueText(value)]))
  return database
    .transaction(() => {
      const runs: number[] = []
      const fresh: number[] = []
      const changed: number[] = []
      for (const [position, asked] of grid.entries()) {
        let existing = findExisting(database, asked.identity, backend)
        const other = existing && forDataNow(database, asked, existing.id, dataNow)
        const { spec, identity, group } = other?.run ?? asked
        let { labels } = asked
        if (existing && other) {
          changed.push(existing.id)
          const before = { ...labels, ...extra, Data: other.recorded.slice(0, SHOWN) }
          linkRun(database, study.id, existing.id, position, before)
          labels = { ...labels, Data: other.found.slice(0, SHOWN) }
          existing = findExisting(database, identity, backend)
        }
        const id = existing?.id ?? addRun(database, { identity, group, spec, backend }, now)
        if (other && !existing)
          addEvent(database, id, changedEvent(changed.at(-1) ?? id, spec.data.path, now))
        if (!existing) fresh.push(id)
        else if (moveRun(database, id, ['failed', 'cancelled', 'interrupted'], 'queued')) {
          changeRun(database, id, { stalls: 0, error: null, finishedAt: null })
          fresh.push(id)
        }
        linkRun(database, study.id, id, position, { ...labels, ...extra })
        runs.push(id)
      }
      return { runs, fresh, changed }
    })
    .immediate()
}

function changedEvent(run: number, path: string, at: string) {
  const where = path === '' ? 'the bench’s store' : path
  return {
    at,
    step: null,
    level: 'warning' as const,
    message:
      `The data in ${where} are not those that run ${run} was trained on; this run is ` +
      `for what is there now.`,
  }
}
