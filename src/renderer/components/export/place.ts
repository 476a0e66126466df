/** What an address shows, for the export: the addresses of pages hold what they show. */
import { isTextList } from '../../composables/useStored.ts'
import type { ExportPlace } from './offers.ts'

interface Address {
  readonly path: string
  readonly query: Readonly<Record<string, unknown>>
}

const MOMENTS = ['last', 'best', 'best-validation'] as const

/** Study, runs, metric and moment of an address; test accuracy at the last step where it has none. */
export function placeOf({ path, query }: Address): ExportPlace {
  const run = /^\/runs\/(\d+)$/.exec(path)?.[1]
  const listed = typeof query.runs === 'string' ? query.runs.split(',').map(Number) : null
  const runs = run ? [Number(run)] : (listed?.filter((id) => Number.isInteger(id) && id > 0) ?? null)
  return {
    study: typeof query.study === 'string' && query.study !== '' ? query.study : null,
    runs: runs && runs.length > 0 ? runs : null,
    metric: typeof query.metric === 'string' ? query.metric : 'test.accuracy',
    at: MOMENTS.find((each) => each === query.at) ?? 'last',
    ...groupingOf(query),
  }
}

/** How the page puts runs together, as its address tells: `by` is a JSON list of axes, `backend` a flag. */
function groupingOf(query: Address['query']): Pick<ExportPlace, 'groupBy' | 'byBackend'> {
  const byBackend = query.backend === '1' ? { byBackend: true } : {}
  if (typeof query.by !== 'string') return byBackend
  try {
    const axes: unknown = JSON.parse(query.by)
    return isTextList(axes) ? { groupBy: axes, ...byBackend } : byBackend
  } catch (error) {
    if (error instanceof SyntaxError) return byBackend
    throw error
  }
}
