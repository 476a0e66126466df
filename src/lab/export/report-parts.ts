/** What a report tells, whatever it is written as: tables, figures, tests, and how to repeat it. */
import { BenchError } from '../../shared/contract/errors.ts'
import type { CompareTable, ExportRequest, FigureName, RunRow } from '../../shared/contract/lab.ts'
import type { FigureSheet } from '../../shared/figure/sheet.ts'
import {
  SIGNIFICANCE_HEADER,
  significanceCaption,
  significanceRows,
} from '../../shared/format/significance.ts'
import { shownTable } from '../../shared/format/shown-table.ts'
import type { ShownTable } from '../../shared/format/shown-table.ts'
import { twoWayGrid } from '../../shared/format/two-way.ts'
import type { TwoWayGrid } from '../../shared/format/two-way.ts'
import type { Study } from '../../shared/spec/study-schema.ts'
import { layoutBeside } from '../../shared/stats/two-way-layout.ts'
import type { LabContext } from '../context.ts'
import { commandLineName } from '../process/installed.ts'
import { environmentOf } from '../store/runs.ts'
import { comparedStudy, compare } from './compare.ts'
import { figureOf } from './figures.ts'
import { choicesOf } from './keys.ts'
import { specificationFacts, studyFacts } from './report-study.ts'
import type { Fact } from './report-study.ts'
import { reportedRuns } from './selection.ts'
import { twoWay } from './two-way.ts'

export interface Report {
  readonly title: string
  readonly study: Study | undefined
  readonly table: CompareTable
  readonly grid: TwoWayGrid
  readonly rows: ShownTable
  readonly figures: readonly { readonly name: FigureName; readonly sheet: FigureSheet }[]
  /** Null where nothing was tested. */
  readonly tests: ShownTable | null
  readonly facts: readonly Fact[]
  readonly specification: readonly Fact[]
  readonly environment: readonly Fact[]
  readonly commands: readonly string[]
}

const REPORTED: readonly FigureName[] = [
  'price-of-sparsity',
  'learning-curves',
  'pareto',
  'singular-values',
  'layer-densities',
]
/** Rows of the table of tests; the smallest p first. */
const MOST_TESTS = 100

/** The study, its two-way table, the comparison, the tests, and the figures that its runs can draw. */
export function reportOf(context: LabContext, request: ExportRequest): Report {
  const { metric = 'test.accuracy', at = 'last' } = request
  const runs = reportedRuns(context, request, [])
  const scope = { ...request, metric, at }
  const table = compare(context, { ...scope, significance: true })
  const layout = layoutBeside(choicesOf(runs), request.rows, request.columns)
  const beside = request.beside ?? (['parameters', 'operations'] as const)
  const study = comparedStudy(context, request)
  return {
    title: study?.title ?? `${runs.length} runs`,
    study,
    table,
    grid: twoWayGrid(twoWay(context, { ...scope, ...layout, beside })),
    rows: shownTable(table),
    figures: figuresOf(context, scope),
    tests: testsOf(table),
    facts: study ? studyFacts(study, runs) : [],
    specification: study ? specificationFacts(study) : [],
    environment: environmentFacts(context, runs),
    commands: commandsOf(request, metric, at),
  }
}

function figuresOf(context: LabContext, request: ExportRequest & { metric: string }): Report['figures'] {
  return REPORTED.flatMap((name) => {
    try {
      // Curves are those of the phase that is measured while a run trains.
      const metric = name === 'learning-curves' ? 'validation.accuracy' : request.metric
      return [{ name, sheet: figureOf(context, { ...request, metric, figure: name }) }]
    } catch (error) {
      if (error instanceof BenchError && error.code === 'not-found') return []
      throw error
    }
  })
}

function testsOf(table: CompareTable): ShownTable | null {
  const rows = significanceRows(table)
  if (rows.length === 0) return null
  const left = rows.length - MOST_TESTS
  const more = left > 0 ? ` The ${MOST_TESTS} with the smallest corrected p stand here, ${left} do not.` : ''
  return {
    columns: SIGNIFICANCE_HEADER.map((title, index) => ({ id: title, title, right: index > 1 })),
    rows: rows.slice(0, MOST_TESTS).map((cells) => cells.map((text) => ({ text }))),
    caption: `${significanceCaption(table)}${more}`,
  }
}

/** Different values of a fact that a report tells. */
const MOST_VALUES = 8

/** What the runs tell of where they ran: each name with its values, and how many runs had each. */
function environmentFacts(context: LabContext, runs: readonly RunRow[]): Fact[] {
  const values = new Map<string, Map<string, number>>()
  for (const { id } of runs) {
    for (const [name, value] of Object.entries(environmentOf(context.database, id))) {
      const known = values.get(name) ?? new Map<string, number>()
      values.set(name, known.set(value, (known.get(value) ?? 0) + 1))
    }
  }
  return [...values].map(([name, counts]) => {
    const several = counts.size > 1
    const words = [...counts].map(([value, count]) => (several ? `${value} (${count} runs)` : value))
    const more = words.length > MOST_VALUES ? `; ${words.length - MOST_VALUES} others` : ''
    return { name, text: words.slice(0, MOST_VALUES).join('; ') + more }
  })
}

function commandsOf({ study, format }: ExportRequest, metric: string, at: string): string[] {
  if (study === undefined) return []
  const value = `--metric ${metric} --at ${at}`
  const lab = commandLineName()
  const out = format === 'latex' ? 'report' : 'report.html'
  return [
    `${lab} study run ${study}`,
    `${lab} study table ${study} ${value}`,
    `${lab} export --study ${study} --what report --format ${format} ${value} --out ${out}`,
  ]
}
