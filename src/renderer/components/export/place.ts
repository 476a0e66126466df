/** What an address shows, for the export: the addresses of pages hold what they show. */
import { runsOf } from '../../../shared/link.ts'
import { arrangementOf } from '../compare/address.ts'
import type { ExportArrangement, ExportPlace } from './offers.ts'

interface Address {
  readonly path: string
  readonly query: Readonly<Record<string, unknown>>
}

const MOMENTS = ['last', 'best', 'best-validation'] as const

/** Study, runs, metric and moment of an address; test accuracy at the last step where it has none. */
export function placeOf({ path, query }: Address): ExportPlace {
  const run = /^\/runs\/(\d+)$/.exec(path)?.[1]
  const listed = typeof query.runs === 'string' ? runsOf(query.runs) : null
  const runs = run ? [Number(run)] : listed
  return {
    study: typeof query.study === 'string' && query.study !== '' ? query.study : null,
    runs: runs && runs.length > 0 ? runs : null,
    metric: typeof query.metric === 'string' ? query.metric : 'test.accuracy',
    at: MOMENTS.find((each) => each === query.at) ?? 'last',
    ...groupingOf(query),
  }
}

/** How the page filters runs and puts them together. */
function groupingOf(query: Address['query']): ExportArrangement {
  const { groupBy, byBackend, only, facet, reference, targets, fields } = arrangementOf(query)
  return {
    ...(groupBy ? { groupBy } : {}),
    ...(byBackend ? { byBackend } : {}),
    ...(Object.keys(only).length > 0 ? { only } : {}),
    ...(facet === null ? {} : { facet }),
    ...(reference === null ? {} : { reference }),
    ...(targets.length > 0 ? { targets } : {}),
    ...(fields ? { fields } : {}),
  }
}
