/** A study as it stands in the editor: texts that may be wrong for a while, and the study that they make. */
import { BenchError } from '../../../shared/contract/errors.ts'
import { fieldOf } from '../../../shared/spec/fields.ts'
import { parseSpec } from '../../../shared/spec/parse.ts'
import { parseSetting, rawField, setField } from '../../../shared/spec/paths.ts'
import { schemeName } from '../../../shared/spec/scheme-name.ts'
import type { FieldValue } from '../../../shared/spec/schema.ts'
import { budgetDraft, parseBudget } from '../../../shared/studies/budget.ts'
import { MATCH_LABELS } from '../../../shared/studies/dense-reference.ts'
import { DENSE_POINT } from '../../../shared/studies/points.ts'
import { MATCHES } from '../../../shared/spec/study-schema.ts'
import type { Match, StudyInput } from '../../../shared/spec/study-schema.ts'

export interface PointDraft {
  label: string
  /** `sparsity.density=0.1; initialization.scheme=eoi` */
  settings: string
  /** The point exists only where these hold, same form; empty for always. */
  when: string
  /** A dense network of the sparse one's size: what agrees, and by which multiplier; empty for no such. */
  match?: Match | ''
}

export interface AxisDraft {
  name: string
  points: PointDraft[]
}

export interface StudyDraft {
  id: string
  title: string
  description: string
  source: string
  base: Record<string, unknown>
  axes: AxisDraft[]
  seeds: string
  /** Combinations that are left out, in the form of a point's settings. */
  exclude: string[]
  /** Candidate learning rates, `0.1, 0.03`; empty for no search. */
  rates?: string
  /** Seeds of the search. */
  searchSeeds?: string
  /** Operations that all rows train for: `1e13`, or a row, `Method=Dense`; empty for equal epochs. */
  budget?: string
}

/** Where a problem belongs in the form, and what it is. */
export interface DraftProblem {
  readonly where: string
  readonly message: string
}

export interface DraftResult {
  readonly study: StudyInput | null
  readonly problems: readonly DraftProblem[]
}

export function emptyDraft(): StudyDraft {
  return {
    id: '',
    title: '',
    description: '',
    source: '',
    base: {},
    axes: [],
    seeds: '1, 2, 3',
    exclude: [],
    rates: '',
    searchSeeds: '1001',
    budget: '',
  }
}

/** `Density of MNIST, new!` → `density-of-mnist-new` */
export function slug(title: string): string {
  return title
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 63)
}

export function settingsText(set: Readonly<Record<string, FieldValue>>): string {
  return Object.entries(set)
    .map(([path, value]) => `${path}=${Array.isArray(value) ? value.join(',') : value}`)
    .join('; ')
}

export function draftOf(study: StudyInput): StudyDraft {
  return {
    id: study.id,
    title: study.title,
    description: study.description ?? '',
    source: study.source ?? '',
    base: JSON.parse(JSON.stringify(study.base ?? {})) as Record<string, unknown>,
    axes: (study.axes ?? []).map((axis) => ({
      name: axis.name,
      points: axis.points.map((point) => ({
        label: point.label,
        settings: settingsText(point.set),
        when: settingsText(point.when ?? {}),
        match: point.match ?? '',
      })),
    })),
    seeds: (study.seeds ?? [1]).join(', '),
    exclude: (study.exclude ?? []).map(settingsText),
    rates: (study.search?.rates ?? []).join(', '),
    searchSeeds: (study.search?.seeds ?? [1001]).join(', '),
    budget: study.budget ? budgetDraft(study.budget) : '',
  }
}

function copied<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T
}

/** `1, 2, 5-8` → [1, 2, 5, 6, 7, 8]. Throws BenchError('bad-input'). */
export function parseSeeds(text: string): number[] {
  const seeds = text
    .split(/[,\s]+/)
    .filter(Boolean)
    .flatMap((part) => {
      const match = /^(\d+)(?:[-–](\d+))?$/.exec(part)
      if (!match)
        throw new BenchError(
          'bad-input',
          `“${part}” is no seed; write whole numbers: 1, 2, 3 or 1-5.`,
          'seeds',
        )
      const from = Number(match[1])
      const to = match[2] === undefined ? from : Number(match[2])
      if (to < from || to - from >= 1000) {
        throw new BenchError(
          'bad-input',
          `“${part}” is no range of seeds; it goes up, by less than 1,000.`,
          'seeds',
        )
      }
      return Array.from({ length: to - from + 1 }, (_, index) => from + index)
    })
  if (seeds.length === 0)
    throw new BenchError('bad-input', 'A study needs at least one seed, e.g. 1, 2, 3.', 'seeds')
  return [...new Set(seeds)]
}

/** The search that a draft asks for; null for none. Throws BenchError('bad-input'). */
function searchOf(draft: StudyDraft): StudyInput['search'] | null {
  const texts = (draft.rates ?? '').split(/[,;\s]+/).filter(Boolean)
  if (texts.length === 0) return null
  const rates = texts.map(Number)
  const wrong = texts.find((_, index) => !(rates[index] > 0 && rates[index] <= 100))
  if (wrong !== undefined) {
    throw new BenchError(
      'bad-input',
      `“${wrong}” is no learning rate; write numbers above 0, up to 100: 0.1, 0.03, 0.01.`,
      'search',
    )
  }
  if (rates.length < 2)
    throw new BenchError('bad-input', 'A search needs two candidate rates or more: 0.1, 0.03.', 'search')
  return { rates, seeds: parseSeeds(draft.searchSeeds ?? '') }
}

function parseSettings(text: string): Record<string, FieldValue> {
  const settings = text
    .split(';')
    .map((part) => part.trim())
    .filter(Boolean)
    .map(parseSetting)
  return Object.fromEntries(settings.map(({ path, value }) => [path, value]))
}

/** Settings that can be conditions: lists cannot. */
function plainSettings(set: Readonly<Record<string, FieldValue>>): Record<string, string | number | boolean> {
  return Object.fromEntries(
    Object.entries(set).filter(
      (entry): entry is [string, string | number | boolean] => !Array.isArray(entry[1]),
    ),
  )
}

/** Fields whose values are named as papers do. */
const SCHEMES: ReadonlySet<string> = new Set(['initialization.scheme', 'sparsity.distribution'])

/** `ERK-EOI` for a scheme or distribution under the study’s base; the value where that makes no run. */
function labelOf(path: string, value: string, base: Readonly<Record<string, unknown>>): string {
  if (path === 'data.path') return fileName(value)
  if (!SCHEMES.has(path)) return value
  try {
    return schemeName(parseSpec(setField(base, path, value)))
  } catch (error) {
    if (error instanceof BenchError) return value
    throw error
  }
}

/**
 * Points of an axis over one field from a list of values: `0.05, 0.1` → two points labelled by their value,
 * schemes by their name under the base.
 */
export function axisOfValues(
  path: string,
  text: string,
  base: Readonly<Record<string, unknown>> = {},
): AxisDraft {
  const field = fieldOf(path)
  const values = text
    .split(/[,;\n]/)
    .map((value) => value.trim())
    .filter(Boolean)
  // A base that names no data means MNIST; what is chosen by a path are data of one's own.
  const data = path === 'data.path' && rawField(base, 'data.name') === undefined ? 'data.name=file; ' : ''
  return {
    name: path === 'initialization.scheme' ? 'Scheme' : field.title,
    points: values.map((value) => ({
      label: labelOf(path, value, base),
      settings: `${data}${path}=${value}`,
      when: '',
    })),
  }
}

/** The last part of a path, without its ending. */
export const fileName = (path: string): string =>
  (path.split(/[\\/]/).at(-1) ?? path).replace(/\.[^.]+$/, '') || path

/** Points for the dense network whole, and of the sparse one's parameters and operations. */
export function densePointDrafts(): PointDraft[] {
  const settings = settingsText(DENSE_POINT.set)
  return [
    { label: DENSE_POINT.label, settings, when: '', match: '' },
    ...MATCHES.map((match): PointDraft => ({ label: MATCH_LABELS[match], settings, when: '', match })),
  ]
}

/** The study that a draft makes, or everything that keeps it from making one, each with its place. */
export function studyOf(draft: StudyDraft): DraftResult {
  const problems: DraftProblem[] = []
  function attempt<T>(where: string, make: () => T): T | null {
    try {
      return make()
    } catch (error) {
      if (!(error instanceof BenchError)) throw error
      problems.push({ where, message: error.message })
      return null
    }
  }
  if (draft.title.trim() === '') problems.push({ where: 'title', message: 'A study needs a title.' })
  const seeds = attempt('seeds', () => parseSeeds(draft.seeds))
  const axes = draft.axes.map((axis, index) => {
    if (axis.name.trim() === '')
      problems.push({ where: `axes.${index}`, message: 'An axis needs a name, e.g. Density.' })
    if (axis.points.length === 0)
      problems.push({ where: `axes.${index}`, message: 'An axis needs at least one point.' })
    return {
      name: axis.name.trim(),
      points: axis.points.map((point, at) => {
        const where = `axes.${index}.points.${at}`
        if (point.label.trim() === '')
          problems.push({ where, message: 'A point needs a label, which names it in tables.' })
        const set = attempt(where, () => parseSettings(point.settings)) ?? {}
        const when = attempt(where, () => parseSettings(point.when)) ?? {}
        const conditions = plainSettings(when)
        return {
          label: point.label.trim(),
          set,
          ...(Object.keys(conditions).length > 0 ? { when: conditions } : {}),
          ...(point.match ? { match: point.match } : {}),
        }
      }),
    }
  })
  const exclude = draft.exclude.flatMap((text, at) => {
    const set = attempt(`exclude.${at}`, () => parseSettings(text)) ?? {}
    const conditions = plainSettings(set)
    return Object.keys(conditions).length > 0 ? [conditions] : []
  })
  const search = attempt('search', () => searchOf(draft))
  const budget = attempt('budget', () => (draft.budget?.trim() ? parseBudget(draft.budget) : null))
  if (problems.length > 0 || !seeds) return { study: null, problems }
  const study: StudyInput = {
    id: draft.id || slug(draft.title) || 'study',
    title: draft.title.trim(),
    description: draft.description,
    source: draft.source,
    // Copies: the draft is reactive, and what is reactive cannot cross a port.
    base: copied(draft.base),
    axes,
    exclude,
    seeds,
    ...(search ? { search } : {}),
    ...(budget ? { budget } : {}),
  }
  return { study, problems }
}
