/**
 * Searches of the learning rate under way. A search is kept as what it was started with; what it has come to
 * is read from its runs, so that it goes on after a restart, a crash, or on another day.
 */
import { parseStudy } from '../../shared/spec/parse.ts'
import type { Study } from '../../shared/spec/study-schema.ts'
import { expandStudy } from '../../shared/studies/grid.ts'
import type { Expansion } from '../../shared/studies/grid.ts'
import type { GridRun } from '../../shared/studies/grid-run.ts'
import { chooseRate, reportRuns, searchedValue, searchGroups } from '../../shared/studies/search.ts'
import type { CandidateOutcome, RateChoice, SearchGroup } from '../../shared/studies/search.ts'
import { methodBinder } from '../methods/runs.ts'
import { completing } from '../models/names.ts'
import { reserveRuns } from '../store/cluster.ts'
import type { Connection } from '../store/open.ts'
import { findExisting, listRuns } from '../store/runs.ts'
import { listSettings, removeSetting, writeSetting } from '../store/settings.ts'
import { queueRuns } from './queue-runs.ts'
import type { QueuedRuns } from './queue-runs.ts'
import { readStored } from '../store/stored-text.ts'

const PREFIX = 'search:'

/** What a search was started with. */
interface Started {
  /** With the fields and seeds that were set for this start. */
  readonly study: Study
  readonly extra: Readonly<Record<string, string>>
  readonly backend: string
  /** Where its runs go; left out: the queue of this computer. */
  readonly cluster?: string
}

/** The rate of a group; null while some of its candidates are not over. */
export function choiceOf(database: Connection, group: SearchGroup, backend: string): RateChoice | null {
  const outcomes: CandidateOutcome[] = []
  for (const { rate, runs } of group.candidates) {
    const ids = runs.map(({ identity }) => findExisting(database, identity, backend)?.id)
    if (ids.some((id) => id === undefined)) return null
    const rows = listRuns(database, { ids: ids as number[] })
    if (rows.some(({ status }) => status !== 'finished' && status !== 'diverged')) return null
    const finished = rows.filter(({ status }) => status === 'finished')
    const values = finished.map(({ last }) => searchedValue(last))
    outcomes.push({ rate, values, diverged: rows.length - finished.length })
  }
  return chooseRate(outcomes)
}

/** The groups of a study that is searched. */
export function groupsOf(database: Connection, study: Study): SearchGroup[] {
  return searchGroups(study, expandStudy(study, completing(database), methodBinder({ database })).runs)
}

/** Queues what is reported of every group whose rate is known. */
function queueChosen(
  database: Connection,
  { study, extra, backend }: Started,
  now: string,
  retry: boolean,
): QueuedRuns & { readonly waiting: number } {
  let waiting = 0
  const runs: number[] = []
  const fresh: number[] = []
  const groups = groupsOf(database, study)
  for (const [index, group] of groups.entries()) {
    const choice = choiceOf(database, group, backend)
    if (!choice) {
      waiting++
      continue
    }
    const report = reportRuns(group, choice.rate, study.seeds)
    const first = index * study.seeds.length
    const queued = queueRuns(database, { study: study.id, runs: report, first, extra, backend, now, retry })
    runs.push(...queued.runs)
    fresh.push(...queued.fresh)
  }
  return { runs, fresh, waiting }
}

/** Starts a search, or goes on with it: candidates first, then what is reported at the rates they chose. */
export function startSearch(
  database: Connection,
  started: Started,
  now: string,
  retry: boolean,
): QueuedRuns & { readonly waiting: number } {
  const { study, extra, backend } = started
  const candidates: GridRun[] = groupsOf(database, study).flatMap((group) =>
    group.candidates.flatMap(({ runs }) => runs),
  )
  const place = { study: study.id, runs: candidates, first: FIRST_CANDIDATE, extra, backend, now, retry }
  const searched = queueRuns(database, place)
  const chosen = queueChosen(database, started, now, retry)
  if (chosen.waiting > 0) writeSetting(database, keyOf(started), JSON.stringify(started))
  return {
    runs: [...searched.runs, ...chosen.runs],
    fresh: [...searched.fresh, ...chosen.fresh],
    waiting: chosen.waiting,
  }
}

/** Candidates stand behind what is reported, in the order of a study's runs. */
const FIRST_CANDIDATE = 1_000_000

const keyOf = ({ study, extra, backend }: Started) =>
  `${PREFIX}${study.id} ${JSON.stringify([extra, study.seeds, study.search, backend])}`

/**
 * After runs have ended: queues what the searches under way have chosen by now, or reserves it for their
 * cluster. Ids that were queued here.
 */
export function advanceSearches(database: Connection, now: string): number[] {
  const searches = listSettings(database, PREFIX)
  if (searches.length === 0) return []
  return database
    .transaction(() =>
      searches.flatMap(({ name, value }) => {
        const kept = readStored<Started>(value, 'a search')
        const { fresh, waiting } = queueChosen(
          database,
          { ...kept, study: parseStudy(kept.study) },
          now,
          false,
        )
        if (waiting === 0) removeSetting(database, name)
        if (kept.cluster === undefined) return fresh
        reserveRuns(database, kept.cluster, fresh)
        return []
      }),
    )
    .immediate()
}

/**
 * All runs that a study comes to: candidates, and what is reported, at the rates chosen where they are known.
 * Runs at a rate that is not known yet stand at the lowest candidate, with an empty identity.
 */
export function plannedRuns(
  database: Connection,
  study: Study,
  expansion: Pick<Expansion, 'runs' | 'searched'>,
  backend: string,
): readonly GridRun[] {
  if (!study.search) return expansion.runs
  const least = Math.min(...study.search.rates)
  const report = searchGroups(study, expansion.runs).flatMap((group) => {
    const rate = choiceOf(database, group, backend)?.rate
    const runs = reportRuns(group, rate ?? least, study.seeds)
    return rate === undefined ? runs.map((run) => ({ ...run, identity: '' })) : runs
  })
  return [...expansion.searched, ...report]
}
