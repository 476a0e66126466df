/** Holding runs against their seals: when asked, and a little at a time while the lab has nothing to do. */
import type { SealedPart, SealsLook } from '../../shared/contract/seals.ts'
import type { LabContext } from '../context.ts'
import { queueOf } from '../context.ts'
import { listRuns } from '../store/runs.ts'
import type { Connection } from '../store/open.ts'
import {
  brokenParts,
  digesting,
  noteLook,
  sealOf,
  sealRun,
  sealsToLookAt,
  unsealedRuns,
} from '../store/seals.ts'

/** A look that was asked for answers after about so long, and says where to go on. */
const ANSWER_MS = 300
/** While nothing runs: from so long after the start, a few runs every few seconds, each once a month. */
const FIRST_MS = 60_000
const EVERY_MS = 5000
const AT_ONCE = 20
const AGAIN_MS = 30 * 24 * 3600e3

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Parts of a run that are not as they were sealed; null where it has no seal, or goes on meanwhile. */
async function lookAt(database: Connection, run: number): Promise<SealedPart[] | null> {
  const sealed = sealOf(database, run)
  if (!sealed) return null
  const steps = digesting(database, run)
  let step = steps.next()
  while (!step.done) {
    await turn()
    if (!database.open) return null
    step = steps.next()
  }
  // Between two pieces it may have been begun again, and has another seal or none.
  return sealOf(database, run)?.points === sealed.points ? brokenParts(sealed, step.value) : null
}

/** The same, noted where the home can be written, and told where it is news. */
async function examine(context: LabContext, run: number): Promise<SealedPart[] | null> {
  const { database, emitter, now } = context
  const parts = await lookAt(database, run)
  if (parts === null || !context.queue || !database.open) return parts
  if (noteLook(database, run, parts, now().toISOString()))
    for (const row of listRuns(database, { ids: [run] })) emitter.emit('run/changed', row)
  return parts
}

/**
 * Looks at runs in the order of their numbers.
 * @param ids which; all that are over where it is left out
 * @param after where the look before ended
 */
export async function lookAtSeals(
  context: LabContext,
  {
    ids,
    study,
    after = 0,
  }: { readonly ids?: readonly number[]; readonly study?: string; readonly after?: number },
): Promise<SealsLook> {
  const { database } = context
  const runs = database
    .prepare<[object], number>(
      `SELECT id FROM runs WHERE id > @after
         AND (status IN ('finished', 'diverged') OR id IN (SELECT run FROM seals))
         AND (@ids IS NULL OR id IN (SELECT value FROM json_each(@ids)))
         AND (@study IS NULL OR id IN (SELECT run FROM study_runs WHERE study = @study)) ORDER BY id`,
    )
    .pluck()
    .all({ after, ids: ids ? JSON.stringify(ids) : null, study: study ?? null })
  const until = performance.now() + ANSWER_MS
  const broken = new Map<number, readonly SealedPart[]>()
  let [sound, unsealed, done] = [0, 0, 0]
  for (const run of runs) {
    if (done > 0 && performance.now() > until) break
    const parts = await examine(context, run)
    done += 1
    if (parts === null) unsealed += 1
    else if (parts.length === 0) sound += 1
    else broken.set(run, parts)
    await turn()
  }
  const next = done < runs.length ? runs[done - 1] : null
  return { sound, unsealed, broken: named(database, broken), next }
}

/** Broken seals with what their runs are called. */
export function named(
  database: Connection,
  broken: ReadonlyMap<number, readonly SealedPart[]>,
): SealsLook['broken'] {
  if (broken.size === 0) return []
  return listRuns(database, { ids: [...broken.keys()] }).map(({ id, study, labels }) => ({
    ...{ run: id, study, labels },
    parts: broken.get(id) ?? [],
  }))
}

/** Seals the runs that are over and have no seal, as they stand; what was before cannot be told any more. */
export async function addSeals(context: LabContext): Promise<{ readonly sealed: number }> {
  const { database, now } = context
  queueOf(context)
  let sealed = 0
  for (const run of unsealedRuns(database)) {
    if (!database.open) break
    database.transaction(() => sealRun(database, run, now().toISOString())).immediate()
    sealed += 1
    await turn()
  }
  return { sealed }
}

/** Looks by itself while nothing runs. @returns what ends it */
export function keepLookingAtSeals(
  context: LabContext,
  onError: (error: unknown) => void,
): () => Promise<void> {
  let looking: Promise<void> = Promise.resolve()
  let ended = false
  const look = async (): Promise<void> => {
    const { database, now, queue } = context
    for (const run of sealsToLookAt(database, AGAIN_MS, now(), AT_ONCE)) {
      if (ended || queue?.busy) return
      await examine(context, run)
      await turn()
    }
  }
  const start = (): void => {
    looking = looking.then(look).catch(onError)
  }
  let timer = setTimeout(() => {
    timer = setInterval(start, EVERY_MS)
    timer.unref()
  }, FIRST_MS)
  timer.unref()
  return async () => {
    ended = true
    clearTimeout(timer)
    await looking
  }
}
