/** Figures from the store: each name gathers the rows that its drawing takes, and gives an SVG document. */
import { BenchError } from '../../shared/contract/errors.ts'
import type { ExportRequest, FigureName, RunRow } from '../../shared/contract/lab.ts'
import type { Phase } from '../../shared/contract/run.ts'
import { learningCurves, priceOfSparsity } from '../../shared/figure/figures.ts'
import { layerDensities } from '../../shared/figure/layer-densities.ts'
import { lineFigure } from '../../shared/figure/line-figure.ts'
import { panelFigure } from '../../shared/figure/panels.ts'
import { pareto, PARAMETERS } from '../../shared/figure/pareto.ts'
import { SINGULAR_METRICS, singularValues } from '../../shared/figure/singular-values.ts'
import { spectra } from '../../shared/figure/spectra.ts'
import { bandOver } from '../../shared/stats/band.ts'
import { groupBy, mean } from '../../shared/stats/summary.ts'
import { compare, selectRuns } from '../compare.ts'
import type { LabContext } from '../context.ts'
import { readSeries } from '../store/curves.ts'
import { listLayers } from '../store/layers.ts'

type Draw = (context: LabContext, request: ExportRequest) => string

const WHOLE = 10_000_000

function groupsOf(context: LabContext, request: ExportRequest): { label: string; rows: RunRow[] }[] {
  const rows = selectRuns(context, request)
  const table = compare(context, { ...selection(request), metric: 'train.loss', at: 'last' })
  const labels = new Map(table.rows.map((row) => [row.group, row.label]))
  return [...groupBy(rows, (row) => row.group)].map(([group, members]) => ({
    label: labels.get(group) ?? group,
    rows: members,
  }))
}

const selection = ({ study, runs }: ExportRequest) => ({ study, runs })

function curvesOf(context: LabContext, rows: readonly RunRow[], metric: string) {
  const dot = metric.indexOf('.')
  const [phase, name] = [metric.slice(0, dot) as Phase, metric.slice(dot + 1)]
  return rows
    .map((row) => readSeries(context.database, row.id, phase, name, WHOLE))
    .filter((series) => series.total > 0)
}

/**
 * Drawings by name. To add one: a pure drawing in shared/figure, its name in the contract, and its line here.
 */
const DRAWINGS: Record<FigureName, Draw> = {
  'learning-curves': (context, request) => {
    const { metric = 'validation.accuracy', band = 'std' } = request
    const curves = groupsOf(context, request)
      .map(({ label, rows }) => ({ label, points: bandOver(curvesOf(context, rows, metric), band) }))
      .filter(({ points }) => points.length > 0)
    return lineFigure(learningCurves(metric, needed(curves, metric), band))
  },
  'price-of-sparsity': (context, request) =>
    lineFigure(priceOfSparsity(tableOf(context, request), request.band)),
  'singular-values': (context, request) => {
    const tables = SINGULAR_METRICS.map((metric) =>
      compare(context, { ...selection(request), metric, at: 'last' }),
    )
    needed(
      tables[0].rows.filter((row) => row.n > 0),
      SINGULAR_METRICS[0],
    )
    return panelFigure(singularValues(tables, request.band))
  },
  spectra: (context, request) => {
    const metric = 'initialization.jacobian-singular'
    const groups = groupsOf(context, request)
      .map(({ label, rows }) => ({ label, spectra: curvesOf(context, rows, metric) }))
      .filter((group) => group.spectra.length > 0)
    return lineFigure(spectra(needed(groups, metric), request.band))
  },
  'layer-densities': (context, request) => {
    const groups = groupsOf(context, request).map(({ label, rows }) => ({
      label,
      runs: rows.map((row) => listLayers(context.database, row.id)).filter((layers) => layers.length > 0),
    }))
    return lineFigure(
      layerDensities(
        needed(
          groups.filter(({ runs }) => runs.length > 0),
          'layer reports',
        ),
        request.band,
      ),
    )
  },
  pareto: (context, request) => lineFigure(pareto(tableOf(context, request), PARAMETERS, request.band)),
  'pareto-time': (context, request) => {
    const seconds = new Map(selectRuns(context, request).map((row) => [row.id, row.seconds]))
    const cost = {
      name: 'Seconds of a run',
      of: (row: { readonly runs: readonly number[] }) => mean(row.runs.map((run) => seconds.get(run) ?? NaN)),
    }
    return lineFigure(pareto(tableOf(context, request), cost, request.band))
  },
}

function tableOf(context: LabContext, request: ExportRequest) {
  const metric = request.metric ?? 'test.accuracy'
  const table = compare(context, { ...selection(request), metric, at: request.at ?? 'last' })
  needed(
    table.rows.filter((row) => row.n > 0),
    metric,
  )
  return table
}

function needed<Item>(items: Item[], what: string): Item[] {
  if (items.length > 0) return items
  throw new BenchError('not-found', `None of the runs has ${what}, which the figure is drawn from.`, 'figure')
}

/**
 * The figure that a request names, as SVG. @throws BenchError `bad-input` without a name, `not-found` where
 * the runs lack what it is drawn from.
 */
export function drawFigureOf(context: LabContext, request: ExportRequest): string {
  if (request.figure === undefined) {
    throw new BenchError(
      'bad-input',
      `Name the figure. Known: ${Object.keys(DRAWINGS).join(', ')}.`,
      'figure',
    )
  }
  return DRAWINGS[request.figure](context, request)
}
