/** The grid of a study as a table: a cell for each row of runs, which a click leaves out. */
import { BenchError } from '../../../shared/contract/errors.ts'
import { parseStudy } from '../../../shared/spec/parse.ts'
import { rawField } from '../../../shared/spec/paths.ts'
import type { RunSpec } from '../../../shared/spec/schema.ts'
import type { StudyInput } from '../../../shared/spec/study-schema.ts'
import { ANY, expandStudy, holds } from '../../../shared/studies/grid.ts'
import { settingsText } from './draft.ts'
import { ownValue } from '../../../shared/stats/own-value.ts'

/** More cells than this are no preview. */
const MOST_CELLS = 300

export interface GridCell {
  readonly labels: Readonly<Record<string, string>>
  /** What leaves exactly this combination out, in the form of the list; null where nothing does. */
  readonly rule: string | null
  /** Rules by their place that leave it out. */
  readonly excluded: readonly number[]
}

export interface GridPreview {
  /** The axis that stands down, and those across. */
  readonly down: string
  readonly across: readonly string[]
  readonly columns: readonly string[]
  readonly rows: readonly { readonly label: string; readonly cells: readonly (GridCell | null)[] }[]
}

/** Null where there is no grid, it cannot be expanded, or it is too large to be looked at. */
export function gridPreview(study: StudyInput): GridPreview | null {
  const [first, ...rest] = study.axes ?? []
  if (!first) return null
  const cells = cellsOf(study)
  if (cells === null || cells.length === 0) return null
  const across = rest.map(({ name }) => name)
  const columnOf = ({ labels }: GridCell) => across.map((axis) => ownValue(labels, axis) ?? ANY).join(' · ')
  const rowOf = ({ labels }: GridCell) => ownValue(labels, first.name) ?? ANY
  const columns = [...new Set(cells.map(columnOf))]
  const at = new Map(cells.map((cell) => [JSON.stringify([rowOf(cell), columnOf(cell)]), cell]))
  return {
    down: first.name,
    across,
    columns,
    rows: [...new Set(cells.map(rowOf))].map((label) => ({
      label,
      cells: columns.map((column) => at.get(JSON.stringify([label, column])) ?? null),
    })),
  }
}

function cellsOf(study: StudyInput): GridCell[] | null {
  try {
    const { exclude = [], search: _search, budget: _budget, ...whole } = study
    const { runs } = expandStudy(parseStudy({ ...whole, exclude: [], seeds: [study.seeds?.[0] ?? 1] }))
    if (runs.length > MOST_CELLS) return null
    return runs.map(({ spec, labels }) => {
      const isAlone = (rule: Rule) => runs.every((each) => each.spec === spec || !holds(each.spec, rule))
      const rule = [pointsRule(study, labels), fieldsRule(study, spec)].find(isAlone)
      return {
        labels,
        rule: rule && Object.keys(rule).length > 0 ? settingsText(rule) : null,
        excluded: exclude.flatMap((each, index) => (holds(spec, each) ? [index] : [])),
      }
    })
  } catch (error) {
    if (error instanceof BenchError) return null
    throw error
  }
}

type Rule = Record<string, string | number | boolean>

const plain = (settings: readonly (readonly [string, unknown])[]): Rule =>
  Object.fromEntries(
    settings.flatMap(([path, value]): [string, string | number | boolean][] =>
      typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
        ? [[path, value]]
        : [],
    ),
  )

/** What the points of these labels set, lists aside, which no condition names. */
function pointsRule({ axes = [] }: StudyInput, labels: Readonly<Record<string, string>>): Rule {
  return plain(
    axes.flatMap(({ name, points }) =>
      Object.entries(points.find(({ label }) => label === ownValue(labels, name))?.set ?? {}),
    ),
  )
}

/** Solved where a dense network has the size of a sparse one. */
const SOLVED = ['model.widthMultiplier', 'model.depthMultiplier']

/** The run's values of every field that some point sets. */
function fieldsRule({ axes = [] }: StudyInput, spec: RunSpec): Rule {
  const paths = axes.flatMap(({ points }) => points.flatMap(({ set }) => Object.keys(set)))
  return plain([...new Set([...paths, ...SOLVED])].map((path) => [path, rawField(spec, path)]))
}
