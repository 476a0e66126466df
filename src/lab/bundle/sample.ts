/** The results that come with the program: marked where they are, and gone with one word. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { SAMPLE_TAG } from '../../shared/contract/lab.ts'
import type { BundleImport } from '../../shared/contract/lab.ts'
import type { LabContext } from '../context.ts'
import type { Connection } from '../store/open.ts'
import { changeRun, listRuns } from '../store/runs.ts'
import { readSetting, writeSetting } from '../store/settings.ts'
import { importBundle } from './read.ts'

/** Setting that lists the runs that the sample brought, as JSON. */
const SETTING = 'sample.runs'

/** From the sources or from what is built. */
function sampleFile(): string {
  const places = ['../../../resources', '../../resources'].map((up) =>
    join(import.meta.dirname, up, 'sample.givens'),
  )
  return places.find((place) => existsSync(place)) ?? places[0]
}

/** Runs of the sample that are here. */
export function sampleRuns(database: Connection): number[] {
  const ids = JSON.parse(readSetting(database, SETTING, '[]')) as number[]
  return ids.length === 0 ? [] : listRuns(database, { ids }).map(({ id }) => id)
}

/** Brings the sample in; the runs that were not here are tagged and remembered. */
export function importSample(context: LabContext): BundleImport {
  const { database } = context
  const imported = importBundle(context, sampleFile())
  database
    .transaction(() => {
      const known = sampleRuns(database)
      for (const row of listRuns(database, { ids: imported.added })) {
        const tags = [...new Set([...row.tags, SAMPLE_TAG])]
        changeRun(database, row.id, { tags: JSON.stringify(tags) })
      }
      writeSetting(database, SETTING, JSON.stringify([...known, ...imported.added]))
    })
    .immediate()
  context.emitter.emit('studies/changed', { id: imported.study })
  return imported
}

/**
 * Removes the runs that the sample brought, with their curves; those that another study uses stay, and
 * are the user's from then on. Returns how many went.
 */
export function removeSample({ database, emitter }: LabContext): number {
  const ids = sampleRuns(database)
  const studies = new Set(listRuns(database, { ids }).flatMap(({ study }) => study ?? []))
  const removed = database
    .transaction(() => {
      const { changes } = database
        .prepare(
          `DELETE FROM runs WHERE id IN (SELECT value FROM json_each(?))
          AND (SELECT COUNT(*) FROM study_runs WHERE run = runs.id) <= 1`,
        )
        .run(JSON.stringify(ids))
      writeSetting(database, SETTING, '[]')
      return changes
    })
    .immediate()
  for (const id of studies) emitter.emit('studies/changed', { id })
  return removed
}
