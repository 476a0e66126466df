/** What Compare shows, as its address holds it: for links, saved views, exports, and going back. */
import type { LocationQuery } from 'vue-router'
import { BESIDE_COLUMNS } from '../../../shared/contract/compare.ts'
import { targetsSchema } from '../../../shared/contract/export-fields.ts'
import type { BesideColumn, Only, TargetLine } from '../../../shared/contract/compare.ts'
import type { ValueAt } from '../../../shared/contract/lab.ts'
import { isTextList } from '../../composables/useStored.ts'

export const MOMENTS: readonly { value: ValueAt; label: string; help: string }[] = [
  { value: 'last', label: 'last', help: 'The value at the last step of each run' },
  { value: 'best', label: 'best', help: 'The best value that each run ever reached' },
  {
    value: 'best-validation',
    label: 'best validation',
    help: 'The value at the step where the validation accuracy was best',
  },
]

/** How the runs are filtered, put together and laid out. */
export interface Arrangement {
  /** Axes that make a row; null for all but the seed. */
  readonly groupBy: readonly string[] | null
  readonly byBackend: boolean
  readonly only: Only
  /** A panel of every figure for each of its values. */
  readonly facet: string | null
  /** Of the two-way table; null for the usual ones. */
  readonly rows: readonly string[] | null
  readonly columns: readonly string[] | null
  readonly beside: readonly BesideColumn[]
  /** What every row is held against: a scheme, a label, a row. */
  readonly reference: string | null
  readonly targets: readonly TargetLine[]
  /** What importance and parallel coordinates look at; null for what differs. */
  readonly fields: readonly string[] | null
}

export const PLAIN: Arrangement = {
  groupBy: null,
  byBackend: false,
  only: {},
  facet: null,
  rows: null,
  columns: null,
  beside: [],
  reference: null,
  targets: [],
  fields: null,
}

type Query = Readonly<LocationQuery> | Readonly<Record<string, unknown>>

/** The arrangement of an address; what is not understood in it is left out. */
export function arrangementOf(query: Query): Arrangement {
  const beside = read(query.beside, isTextList) ?? []
  return {
    groupBy: read(query.by, isTextList),
    byBackend: query.backend === '1',
    only: read(query.only, isOnly) ?? {},
    facet: typeof query.facet === 'string' && query.facet !== '' ? query.facet : null,
    rows: read(query.rows, isTextList),
    columns: read(query.columns, isTextList),
    beside: BESIDE_COLUMNS.filter((column) => beside.includes(column)),
    reference: typeof query.reference === 'string' && query.reference !== '' ? query.reference : null,
    targets: read(query.targets, isTargets) ?? [],
    fields: read(query.fields, isTextList),
  }
}

/** The same as parts of an address; what is as usual has none. */
export function queryOf(arrangement: Arrangement): Record<string, string> {
  const { groupBy, byBackend, only, facet, rows, columns, beside, reference, targets, fields } = arrangement
  return {
    ...(groupBy ? { by: JSON.stringify(groupBy) } : {}),
    ...(byBackend ? { backend: '1' } : {}),
    ...(Object.keys(only).length > 0 ? { only: JSON.stringify(only) } : {}),
    ...(facet === null ? {} : { facet }),
    ...(rows ? { rows: JSON.stringify(rows) } : {}),
    ...(columns ? { columns: JSON.stringify(columns) } : {}),
    ...(beside.length > 0 ? { beside: JSON.stringify(beside) } : {}),
    ...(reference === null ? {} : { reference }),
    ...(targets.length > 0 ? { targets: JSON.stringify(targets) } : {}),
    ...(fields ? { fields: JSON.stringify(fields) } : {}),
  }
}

function read<T>(text: unknown, is: (value: unknown) => value is T): T | null {
  if (typeof text !== 'string') return null
  try {
    const value: unknown = JSON.parse(text)
    return is(value) ? value : null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

const isTargets = (value: unknown): value is readonly TargetLine[] => targetsSchema.safeParse(value).success

function isOnly(value: unknown): value is Only {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every(isTextList)
  )
}
