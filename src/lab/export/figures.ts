/** Figures from the store: each name gathers the rows that its drawing takes, and gives an SVG document. */
import { BenchError } from '../../shared/contract/errors.ts'
import { ofAllFields } from '../../shared/contract/lab.ts'
import type {
  CURVE_AXES,
  ExportRequest,
  FigureName,
  FigureRequest,
  RunRow,
  Series,
} from '../../shared/contract/lab.ts'
import type { Phase } from '../../shared/contract/run.ts'
import { angleFigure } from '../../shared/figure/angles.ts'
import { learningCurves, priceOfSparsity } from '../../shared/figure/figures.ts'
import { layerDensities } from '../../shared/figure/layer-densities.ts'
import { OPERATIONS, pareto, PARAMETERS } from '../../shared/figure/pareto.ts'
import { drawSheet, sheetOf, withoutLines } from '../../shared/figure/sheet.ts'
import type { FigureSheet } from '../../shared/figure/sheet.ts'
import { SINGULAR_METRICS, singularValues } from '../../shared/figure/singular-values.ts'
import { spectra } from '../../shared/figure/spectra.ts'
import { theoryFigure } from '../../shared/figure/theory.ts'
import type { BandPoint } from '../../shared/stats/series.ts'
import { bandOver } from '../../shared/stats/band.ts'
import type { Curve } from '../../shared/stats/band.ts'
import { continueDiverged } from '../../shared/stats/diverged.ts'
import { mean } from '../../shared/stats/summary.ts'
import { compare } from './compare.ts'
import { facets } from './facets.ts'
import { importanceFigure } from './importance.ts'
import { parallelSheet } from './parallel.ts'
import { withReferences } from './reference-lines.ts'
import { comparedMetrics, reportedRuns } from './selection.ts'
import { endOf } from './values.ts'
import type { LabContext } from '../context.ts'
import { readSeries } from '../store/curves.ts'
import { listLayers } from '../store/layers.ts'

type Request = Omit<FigureRequest, 'figure'>
type Draw = (context: LabContext, request: Request) => FigureSheet

type CurveAxis = (typeof CURVE_AXES)[number]
const WHOLE = 10_000_000

interface Group {
  readonly label: string
  readonly scheme?: string
  readonly rows: RunRow[]
}

/** The rows of the comparison with the runs that count in them. */
function groupsOf(context: LabContext, request: Request, metric: string): Group[] {
  const table = compare(context, { ...selection(request), metric, at: 'last' })
  const byId = new Map(reportedRuns(context, request, comparedMetrics(metric)).map((row) => [row.id, row]))
  return table.rows.map(({ label, scheme, runs }) => ({
    label,
    scheme,
    rows: runs.flatMap((id) => byId.get(id) ?? []),
  }))
}

const selection = ({ study, runs, only, groupBy, byBackend }: Request) => ({
  study,
  runs,
  only,
  groupBy,
  byBackend,
})

function curvesOf(context: LabContext, rows: readonly RunRow[], metric: string, axis: CurveAxis = 'step') {
  const dot = metric.indexOf('.')
  const [phase, name] = [metric.slice(0, dot) as Phase, metric.slice(dot + 1)]
  return rows
    .map((row) => ({
      row,
      series: readSeries(context.database, row.id, phase, name, WHOLE, { seconds: axis === 'seconds' }),
    }))
    .filter(({ series }) => series.total > 0)
}

/**
 * Curves of groups; a run that diverged stays in its mean with what it counts with
 * (shared/stats/diverged).
 */
function continued(
  context: LabContext,
  groups: readonly { readonly found: ReturnType<typeof curvesOf> }[],
  metric: string,
): Curve[][] {
  const all = groups.flatMap(({ found }) => found)
  const steps = [...new Set(all.flatMap(({ series }) => series.steps))].sort((a, b) => a - b)
  return groups.map(({ found }) =>
    found.map(({ row, series }) => {
      const end = endOf(context, row)
      return end ? continueDiverged(series, metric, end, steps) : series
    }),
  )
}

const AXIS_LABELS = { step: 'Step', epoch: 'Epoch', seconds: 'Seconds' } as const

/** The points of one run on the axis. */
function pointsOf(curve: Series, axis: CurveAxis): { x: number; y: number }[] {
  const places = axis === 'step' ? curve.steps : axis === 'epoch' ? curve.epochs : (curve.seconds ?? [])
  return curve.steps.map((_, index) => ({ x: places[index] ?? NaN, y: curve.values[index] }))
}

/** Where the rounds of the one run that is drawn end; runs that are drawn together may differ in it. */
const endsOfRounds = (context: LabContext, rows: readonly RunRow[], axis: CurveAxis): number[] =>
  rows.length === 1
    ? curvesOf(context, rows, 'train.round', axis).flatMap(({ series }) =>
        pointsOf(series, axis).map(({ x }) => x),
      )
    : []

/** Points moved to the epoch or time at which the runs passed their steps, the mean of those that did. */
function placed(
  points: readonly BandPoint[],
  curves: readonly Series[],
  axis: CurveAxis,
): readonly BandPoint[] {
  if (axis === 'step') return points
  const places = new Map<number, number[]>()
  for (const curve of curves) {
    const at = axis === 'epoch' ? curve.epochs : (curve.seconds ?? [])
    curve.steps.forEach((step, index) => {
      const known = places.get(step)
      if (known) known.push(at[index] ?? NaN)
      else places.set(step, [at[index] ?? NaN])
    })
  }
  // Epochs are in proportion to steps, so that those after a divergence have their place too.
  const last = curves.reduce(
    (end, { steps, epochs }) => Math.max(end, (epochs.at(-1) ?? 0) / (steps.at(-1) || 1)),
    0,
  )
  const beyond = (step: number) => (axis === 'epoch' && last > 0 ? step * last : NaN)
  return points
    .map((point) => ({ ...point, step: mean(places.get(point.step) ?? [beyond(point.step)]) }))
    .filter(({ step }) => !Number.isNaN(step))
}

/**
 * Drawings by name. To add one: a pure drawing in shared/figure, its name in the contract, and its line here.
 */
const DRAWINGS: Record<FigureName, Draw> = {
  'learning-curves': (context, request) => {
    const { metric = 'validation.accuracy', band = 'std', axis = 'step' } = request
    const { yLog, smoothing, members = false } = request
    const groups = groupsOf(context, request, metric).map(({ label, scheme, rows }) => ({
      label,
      scheme,
      found: curvesOf(context, rows, metric, axis),
    }))
    const whole = continued(context, groups, metric)
    const curves = groups
      .map(({ label, scheme, found }, index) => {
        const measured = found.map(({ series }) => series)
        const points = placed(bandOver(whole[index], band), measured, axis)
        return {
          label,
          scheme,
          points,
          ...(members ? { members: measured.map((run) => pointsOf(run, axis)) } : {}),
        }
      })
      .filter(({ points }) => points.length > 0)
    const rounds = endsOfRounds(
      context,
      groups.flatMap(({ found }) => found.map(({ row }) => row)),
      axis,
    )
    const looks = { xLabel: AXIS_LABELS[axis], yLog, smoothing, rounds }
    return sheetOf(learningCurves(metric, needed(curves, metric), band, looks))
  },
  'price-of-sparsity': (context, request) =>
    sheetOf(priceOfSparsity(tableOf(context, request), request.band)),
  'singular-values': (context, request) => {
    const tables = SINGULAR_METRICS.map((metric) =>
      compare(context, { ...selection(request), metric, at: 'last' }),
    )
    needed(
      tables[0].rows.filter((row) => row.n > 0),
      SINGULAR_METRICS[0],
    )
    return singularValues(tables, request.band)
  },
  spectra: (context, request) => {
    const metric = 'initialization.jacobian-singular'
    const groups = groupsOf(context, request, metric)
      .map(({ label, scheme, rows }) => ({
        label,
        scheme,
        spectra: curvesOf(context, rows, metric).map(({ series }) => series),
      }))
      .filter((group) => group.spectra.length > 0)
    return sheetOf(spectra(needed(groups, metric), request.band))
  },
  'layer-densities': (context, request) => {
    const groups = groupsOf(context, request, 'initialization.density').map(({ label, scheme, rows }) => ({
      label,
      scheme,
      runs: rows.map((row) => listLayers(context.database, row.id)).filter((layers) => layers.length > 0),
    }))
    return sheetOf(
      layerDensities(
        needed(
          groups.filter(({ runs }) => runs.length > 0),
          'layer reports',
        ),
        request.band,
      ),
    )
  },
  pareto: (context, request) => sheetOf(pareto(tableOf(context, request), PARAMETERS, request.band)),
  'pareto-operations': (context, request) => {
    const table = tableOf(context, request)
    needed(
      table.rows.filter((row) => OPERATIONS.of(row) !== null),
      'training operations',
    )
    return sheetOf(pareto(table, OPERATIONS, request.band))
  },
  'pareto-time': (context, request) => {
    const seconds = new Map(reportedRuns(context, request, []).map((row) => [row.id, row.seconds]))
    const cost = {
      name: 'Seconds of a run',
      of: (row: { readonly runs: readonly number[] }) => mean(row.runs.map((run) => seconds.get(run) ?? NaN)),
    }
    return sheetOf(pareto(tableOf(context, request), cost, request.band))
  },
  angles: (context, request) => {
    const figure = angleFigure(tableOf(context, request), request.band)
    needed([...figure.series, ...(figure.references ?? [])], 'rotations by different angles')
    return sheetOf(figure)
  },
  'parallel-coordinates': (context, request) => parallelSheet(context, request),
  importance: (context, request) => importanceFigure(context, request),
}

function tableOf(context: LabContext, request: Request) {
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

/** A figure as data. @throws BenchError `not-found` where the runs lack what it is drawn from. */
export function figureOf(context: LabContext, { figure, facet, ...request }: FigureRequest): FigureSheet {
  const draw = (asked: Request) => DRAWINGS[figure](context, asked)
  if (facet === undefined) {
    const drawn = draw(request)
    return drawn.plot ? drawn : looked(withReferences(context, drawn, request), request)
  }
  if (ofAllFields(figure))
    throw new BenchError('bad-input', `${figure} shows all fields in one drawing, without panels.`, 'facet')
  const { sheet, values } = facets(context, facet, request, draw)
  return looked(withReferences(context, sheet, request, { key: facet, values }), request)
}

/** The sheet with the axes and without the lines that a request says. */
function looked(
  sheet: FigureSheet,
  { xLog, yLog, hide = [] }: Pick<ExportRequest, 'xLog' | 'yLog' | 'hide'>,
): FigureSheet {
  const logs = { ...(xLog === undefined ? {} : { xLog }), ...(yLog === undefined ? {} : { yLog }) }
  const shown = { ...sheet, panels: sheet.panels.map((panel) => ({ ...panel, ...logs })) }
  return withoutLines(shown, hide)
}

/** The figure that an export names. @throws BenchError `bad-input` without a name. */
export function exportedFigure(context: LabContext, request: ExportRequest): FigureSheet {
  const { figure, theory } = request
  if (theory) return looked(sheetOf(theoryFigure(theory)), request)
  if (figure === undefined) {
    throw new BenchError(
      'bad-input',
      `Name the figure. Known: ${Object.keys(DRAWINGS).join(', ')}.`,
      'figure',
    )
  }
  return figureOf(context, { ...request, figure })
}

/** The figure that a request names, as SVG. */
export function drawFigureOf(context: LabContext, request: ExportRequest): string {
  return drawSheet(exportedFigure(context, request), request.look)
}
