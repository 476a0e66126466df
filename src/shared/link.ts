/** Links to what a page shows: `givens://compare?study=…`, opened by the program and read by the command line. */
import { z } from 'zod'
import { BenchError } from './contract/errors.ts'
import { FILTER_FIELDS, targetsSchema } from './contract/export-fields.ts'
import type { BesideColumn, CompareRequest, TargetLine } from './contract/compare.ts'
import { BESIDE_COLUMNS } from './contract/compare.ts'

export const LINK_SCHEME = 'givens'
const LONGEST = 20_000

/** Numbers of runs in an address: `1-90,95`. */
export function runsText(ids: readonly number[]): string {
  const ordered = [...new Set(ids)].sort((a, b) => a - b)
  const ranges: [number, number][] = []
  for (const id of ordered) {
    const last = ranges.at(-1)
    if (last && last[1] === id - 1) last[1] = id
    else ranges.push([id, id])
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(',')
}

/** The runs of such a text, each once; parts that are none are left out. */
export function runsOf(text: string): number[] {
  const all = text.split(',').flatMap((part) => {
    const [, from, to = from] = /^\s*(\d{1,9})(?:-(\d{1,9}))?\s*$/.exec(part) ?? []
    const count = Number(to) - Number(from) + 1
    return from === undefined || !(count > 0 && count <= MOST_RUNS)
      ? []
      : Array.from({ length: count }, (_, index) => Number(from) + index)
  })
  return [...new Set(all)].filter((id) => id > 0)
}

/** As many runs as a request takes. */
const MOST_RUNS = 100_000

/** The link to an address of the page, e.g. `/compare?study=table-1`. */
export function linkOf(address: string): string {
  return `${LINK_SCHEME}:/${address.startsWith('/') ? address : `/${address}`}`
}

/** The address of a link; null for what is none. Only pages that are known are opened. */
export function addressOf(link: string): string | null {
  const found =
    /^givens:\/\/\/?((?:studies|runs|compare|model|data|laboratory|methods|settings)(?:[/?].*)?)$/s.exec(
      link.trim(),
    )
  return found && found[1].length <= LONGEST ? `/${found[1]}` : null
}

/** The address of the first link among a program's arguments. */
export function linkIn(argv: readonly string[]): string | null {
  return argv.slice(1).flatMap((word) => addressOf(word) ?? [])[0] ?? null
}

const texts = z.array(z.string())

/** What a link to Compare shows, as a request. @throws BenchError `bad-input` for another link. */
export function comparisonOf(link: string): Pick<
  CompareRequest,
  'study' | 'runs' | 'metric' | 'at' | 'groupBy' | 'byBackend' | 'only' | 'reference'
> & {
  readonly rows?: readonly string[]
  readonly columns?: readonly string[]
  readonly facet?: string
  readonly beside?: readonly BesideColumn[]
  readonly targets?: readonly TargetLine[]
  readonly fields?: readonly string[]
} {
  const address = addressOf(link)
  if (!address?.startsWith('/compare')) {
    throw new BenchError(
      'bad-input',
      `“${link}” is no link to a comparison: givens://compare?study=….`,
      'link',
    )
  }
  const query = new URLSearchParams(address.split('?')[1] ?? '')
  const list = (name: string) => read(query.get(name), texts)
  const moment = z.enum(['last', 'best', 'best-validation']).catch('last').parse(query.get('at'))
  const listed = query.get('runs')
  const runs = listed === null ? undefined : runsOf(listed)
  const fields = {
    study: query.get('study') ?? undefined,
    runs,
    groupBy: list('by'),
    only: read(query.get('only'), FILTER_FIELDS.only.unwrap()),
    rows: list('rows'),
    columns: list('columns'),
    facet: query.get('facet') ?? undefined,
    beside: read(query.get('beside'), z.array(z.enum(BESIDE_COLUMNS))),
    reference: query.get('reference') ?? undefined,
    targets: read(query.get('targets'), targetsSchema),
    fields: list('fields'),
    ...(query.get('backend') === '1' ? { byBackend: true } : {}),
  }
  const known = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
  return { ...known, metric: query.get('metric') ?? 'test.accuracy', at: moment }
}

function read<T>(text: string | null, schema: z.ZodType<T>): T | undefined {
  if (text === null) return undefined
  try {
    const parsed = schema.safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
