/** What a study will take before it starts, from steps measured on this machine. */
import { BenchError } from '../../shared/contract/errors.ts'
import type { StudyEstimate } from '../../shared/contract/lab.ts'
import type { Study } from '../../shared/spec/study-schema.ts'
import { methodBinder } from '../methods/runs.ts'
import { budgetLines } from '../../shared/studies/budget-text.ts'
import { expandStudy } from '../../shared/studies/grid.ts'
import type { Expansion } from '../../shared/studies/grid.ts'
import type { LabContext } from '../context.ts'
import { estimateDisk } from '../store/disk.ts'
import { completing } from '../models/names.ts'
import { ownWeightsOf } from '../models/weights.ts'
import { estimateMemory } from './memory.ts'
import { probe } from './probe.ts'
import { measuredText } from './rates.ts'
import { lookAtStudy } from '../run/look-at-data.ts'
import { plannedRuns } from '../run/search.ts'
import { findAllExisting } from '../store/runs.ts'
import { bindWeightsFiles } from '../store/weights-files.ts'
import { secondsOf, workOf } from '../store/step-times.ts'
import type { Connection } from '../store/open.ts'
import type { GridRun } from '../../shared/studies/grid-run.ts'
import { lengthOf } from '../../shared/planning/plan.ts'

/** Kinds of runs that are measured for one estimate, one after the other. */
const MOST_PROBES = 3

const UNREADABLE: readonly string[] = ['not-found', 'bad-file', 'bad-data']

/** The study expanded; a file of weights or data that cannot be read is one problem more. */
async function expandedWithFiles(context: LabContext, study: Study): Promise<Expansion> {
  const expanded = (each: Study): Expansion =>
    expandStudy(each, completing(context.database), methodBinder(context))
  try {
    const bound = bindWeightsFiles(study, ownWeightsOf(context.database))
    await lookAtStudy(context, bound)
    return expanded(bound)
  } catch (error) {
    if (!(error instanceof BenchError) || !UNREADABLE.includes(error.code)) throw error
    const expansion = expanded(study)
    return { ...expansion, problems: [...expansion.problems, error.message], failed: true }
  }
}

/** Counts the runs, finds what exists, and adds up the expected seconds of the rest. */
export async function estimateStudy(
  context: LabContext,
  study: Study,
  backend: string,
): Promise<StudyEstimate> {
  const expansion = await expandedWithFiles(context, study)
  const { duplicates, problems, failed } = expansion
  const { database } = context
  const runs = plannedRuns(database, study, expansion, backend)
  const there = findAllExisting(
    database,
    runs.map(({ identity }) => identity),
    backend,
  )
  const missing = runs.filter(({ identity }) => {
    const status = there.get(identity)?.status
    return status !== 'finished' && status !== 'diverged'
  })
  const times = timesOf(database, missing, backend)
  let probed = 0
  if (!failed) {
    for (let next = times.unknown()[0]; next && probed < MOST_PROBES; next = times.unknown()[0]) {
      if (!(await probe(context, next.spec, backend))) break
      times.measured()
      probed++
    }
  }
  const left = times.unknown().length
  const speeds = missing.length === 0 ? '' : await measuredText(context.paths.rates, missing[0].spec)
  const known = missing.map(times.of).filter((seconds) => seconds !== null)
  const concurrency = context.queue?.state().concurrency ?? 1
  const mean = known.length > 0 ? known.reduce((sum, seconds) => sum + seconds, 0) / known.length : null
  const seconds =
    missing.length === 0
      ? 0
      : mean === null
        ? null
        : (mean * missing.length) / (context.queue?.speedup(missing[0].spec, backend, missing.length) ?? 1)
  const memory = failed ? null : await estimateMemory(missing, backend, concurrency)
  return {
    runs: runs.length,
    duplicates,
    problems,
    existing: runs.length - missing.length,
    seconds,
    basis: [basisText(missing.length, known.length, left, probed), speeds].filter(Boolean).join(' '),
    ...(expansion.budget.length > 0 ? { budget: budgetLines(expansion.budget) } : {}),
    ...(failed ? {} : { disk: estimateDisk(missing, concurrency, context.paths.home) }),
    ...(memory ? { memory } : {}),
  }
}

interface Times {
  readonly of: (run: GridRun) => number | null
  /** Runs of a kind that was not measured. */
  readonly unknown: () => readonly GridRun[]
  /** To be called when something was. */
  readonly measured: () => void
}

/** Expected seconds of runs, looked up once for all seeds. */
function timesOf(database: Connection, runs: readonly GridRun[], backend: string): Times {
  const works = new Map<string, string>()
  const seconds = new Map<string, number | null>()
  const of = ({ group, spec }: GridRun): number | null => {
    const known = seconds.get(group)
    if (known !== undefined) return known
    const work = works.get(group) ?? workOf(spec)
    works.set(group, work)
    const found = secondsOf(database, work, backend, lengthOf(spec.training))
    seconds.set(group, found)
    return found
  }
  return {
    of,
    unknown: () => runs.filter((run) => of(run) === null),
    measured: () => seconds.clear(),
  }
}

function basisText(missing: number, known: number, left: number, probed: number): string {
  if (missing === 0) return 'Every run exists already and is reused.'
  if (known === 0) {
    return (
      'No step of these kinds was measured on this machine yet, ' +
      'and a short measurement was not possible.'
    )
  }
  const measured =
    probed > 0
      ? `a short measurement of ${probed} ${probed === 1 ? 'kind' : 'kinds'} of run just now`
      : 'steps measured on this machine'
  return left === 0
    ? `From ${measured}.`
    : `From ${measured}; ${left} of ${missing} runs are of kinds not measured ` +
        'and are taken as the mean of the others.'
}
