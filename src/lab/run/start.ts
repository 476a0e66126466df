/** Starting a study: its grid becomes runs, new ones queued, existing ones reused. */
import { BenchError } from '../../shared/contract/errors.ts'
import { parseSpec, parseStudy, valueText } from '../../shared/spec/parse.ts'
import { setField } from '../../shared/spec/paths.ts'
import type { Study } from '../../shared/spec/study-schema.ts'
import { expandStudy } from '../../shared/studies/grid.ts'
import { BUDGET_AXIS } from '../../shared/studies/budget.ts'
import { SEARCHED_FIELD } from '../../shared/studies/search.ts'
import { completing } from '../models/names.ts'
import { ownWeightsOf } from '../models/weights.ts'
import { bindWeightsFiles } from '../store/weights-files.ts'
import { methodBinder } from '../methods/runs.ts'
import type { MethodSources } from '../methods/runs.ts'
import { queueRuns } from './queue-runs.ts'
import { startSearch } from './search.ts'

/**
 * A study with fields set in its base, other seeds, or another budget of operations. Throws BenchError for
 * a value that the field does not allow, and for a field that every point of an axis sets, since the axis
 * would win; where only some points set it, the others take the new value.
 */
export function overriddenStudy(
  study: Study,
  set: Readonly<Record<string, unknown>>,
  seeds?: readonly number[],
  budget?: Study['budget'],
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
  if (study.search && SEARCHED_FIELD in set) {
    throw new BenchError(
      'bad-input',
      `${SEARCHED_FIELD} is searched by “${study.id}”; setting it would change nothing.`,
      SEARCHED_FIELD,
    )
  }
  return parseStudy({ ...study, base, seeds: seeds ?? study.seeds, ...(budget ? { budget } : {}) })
}

export interface StartedStudy {
  /** All runs of the grid, in its order; those of a search before what they have led to so far. */
  readonly runs: number[]
  /** Those that were queued now; the others exist or are on their way. */
  readonly fresh: number[]
  /** Groups whose learning rate is still searched. */
  readonly waiting: number
}

/**
 * Queues what the grid has and the store has not, in one transaction; of a study that searches its learning
 * rate the candidates, and what they have chosen. Failed and cancelled runs are queued again, unless `retry`
 * is false. `cluster`: where runs go that a search chooses later. Fields that were set for this start label
 * the runs, so that they stand apart from the study's own.
 * @throws BenchError `bad-specification` with every problem, and then nothing is queued.
 */
export function startStudy(
  sources: MethodSources,
  given: Study,
  set: Readonly<Record<string, unknown>>,
  backend: string,
  now: string,
  retry = true,
  cluster?: string,
): StartedStudy {
  const { database } = sources
  const study = bindWeightsFiles(given, ownWeightsOf(database))
  const { runs, problems, failed } = expandStudy(study, completing(database), methodBinder(sources))
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
  const extra = Object.fromEntries(
    Object.entries(set).map(([path, value]) => [
      path,
      path === BUDGET_AXIS ? String(value) : valueText(value),
    ]),
  )
  return database
    .transaction((): StartedStudy => {
      if (study.search) return startSearch(database, { study, extra, backend, cluster }, now, retry)
      const place = { study: study.id, runs, first: 0, extra, backend, now, retry }
      return { ...queueRuns(database, place), waiting: 0 }
    })
    .immediate()
}
