/** More seeds for some rows of a study: what a test that decides nothing needs. */
import { BenchError } from '../../shared/contract/errors.ts'
import type { RunRow } from '../../shared/contract/lab.ts'
import { identityOf } from '../../shared/spec/identity.ts'
import { groupBy } from '../../shared/stats/summary.ts'
import type { Connection } from '../store/open.ts'
import { addRun, changeRun, findExisting, listRuns, moveRun } from '../store/runs.ts'
import { linkRun } from '../store/studies.ts'

export interface MoreSeeds {
  /** Runs of the new seeds. */
  readonly runs: number[]
  /** Those that were queued now; the others exist or are on their way. */
  readonly fresh: number[]
  readonly seeds: number[]
}

/** The `count` lowest seeds from the first of a row on that it does not have yet. */
export function nextSeeds(owned: readonly number[], count: number): number[] {
  const taken = new Set(owned)
  const next: number[] = []
  for (let seed = owned.reduce((a, b) => Math.min(a, b)); next.length < count; seed++)
    if (!taken.has(seed)) next.push(seed)
  return next
}

/**
 * Queues `count` more seeds of every group that the named runs belong to, on the backend that they asked for,
 * linked to the study with their labels. Rows that lack a seed which others have get that one first, so that
 * they can be paired.
 * @throws BenchError `not-found` for a run that the study does not have
 */
export function addSeeds(
  database: Connection,
  study: string,
  runs: readonly number[],
  count: number,
  now: string,
): MoreSeeds {
  return database
    .transaction(() => {
      const rows = listRuns(database, { study, archived: true })
      const known = new Set(rows.map(({ id }) => id))
      const stranger = runs.find((id) => !known.has(id))
      if (stranger !== undefined)
        throw new BenchError('not-found', `Run ${stranger} is none of “${study}”.`, 'runs')
      const wanted = new Set(runs)
      const groups = groupBy(rows, ({ group }) => group)
      const chosen = [...groups.values()].filter((members) => members.some(({ id }) => wanted.has(id)))
      const made: MoreSeeds = { runs: [], fresh: [], seeds: [] }
      let position = rows.length
      for (const members of chosen) {
        const seeds = nextSeeds(
          members.map(({ spec }) => spec.seed),
          count,
        )
        for (const seed of seeds) {
          const { id, fresh } = queueSeed(database, members[0], seed, now)
          linkRun(database, study, id, position++, members[0].labels)
          made.runs.push(id)
          if (fresh) made.fresh.push(id)
          if (!made.seeds.includes(seed)) made.seeds.push(seed)
        }
      }
      return made
    })
    .immediate()
}

function queueSeed(
  database: Connection,
  { spec, group, backend }: RunRow,
  seed: number,
  now: string,
): { readonly id: number; readonly fresh: boolean } {
  const seeded = { ...spec, seed }
  const identity = identityOf(seeded)
  const existing = findExisting(database, identity, backend)
  if (!existing) return { id: addRun(database, { identity, group, spec: seeded, backend }, now), fresh: true }
  const again = moveRun(database, existing.id, ['failed', 'cancelled', 'interrupted'], 'queued')
  if (again) changeRun(database, existing.id, { stalls: 0, error: null, finishedAt: null, cluster: null })
  return { id: existing.id, fresh: again }
}
