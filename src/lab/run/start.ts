/** Starting a study: its grid becomes runs, new ones queued, existing ones reused. */
import { BenchError } from '../../shared/contract/errors.ts'
import { parseSpec, parseStudy, valueText } from '../../shared/spec/parse.ts'
import { setField } from '../../shared/spec/paths.ts'
import type { Study } from '../../shared/spec/study-schema.ts'
import { expandStudy } from '../../shared/studies/grid.ts'
import { completing } from '../models/names.ts'
import { bindWeightsFiles } from '../store/weights-files.ts'
import { methodBinder } from '../methods/runs.ts'
import type { MethodSources } from '../methods/runs.ts'
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
}

/**
 * Queues what the grid has and the store has not, in one transaction. Failed and cancelled runs are queued
 * again. Fields that were set for this start label the runs, so that they stand apart from the study's own.
 * @throws BenchError `bad-specification` with every problem, and then nothing is queued.
 */
export function startStudy(
  sources: MethodSources,
  study: Study,
  set: Readonly<Record<string, unknown>>,
  backend: string,
  now: string,
): StartedStudy {
  const { database } = sources
  const bind = methodBinder(sources)
  const { runs: grid, problems, failed } = expandStudy(bindWeightsFiles(study), completing(database), bind)
  if (failed) {
    throw new BenchError(
      'bad-specification',
      `“${study.id}” cannot start:\n${problems.map((text) => `- ${text}`).join('\n')}`,
      study.id,
    )
  }
  if (grid.length === 0) {
    throw new BenchError('bad-specification', `“${study.id}” has no runs; look at “exclude”.`, study.id)
  }
  const extra = Object.fromEntries(Object.entries(set).map(([path, value]) => [path, valueText(value)]))
  return database
    .transaction(() => {
      const runs: number[] = []
      const fresh: number[] = []
      for (const [position, { spec, identity, group, labels }] of grid.entries()) {
        const existing = findExisting(database, identity, backend)
        const id = existing?.id ?? addRun(database, { identity, group, spec, backend }, now)
        if (!existing) fresh.push(id)
        else if (moveRun(database, id, ['failed', 'cancelled', 'interrupted'], 'queued')) {
          changeRun(database, id, { stalls: 0, error: null, finishedAt: null })
          fresh.push(id)
        }
        linkRun(database, study.id, id, position, { ...labels, ...extra })
        runs.push(id)
      }
      return { runs, fresh }
    })
    .immediate()
}
