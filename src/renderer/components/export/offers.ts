/** Everything that can be written to a file from where one is, and in which forms. */
import { FIGURES, ofAllFields } from '../../../shared/contract/lab.ts'
import type { Only, TargetLine } from '../../../shared/contract/compare.ts'
import type { ExportFormat, FigureName, ValueAt } from '../../../shared/contract/lab.ts'
import type { ShellInput } from '../../../shared/contract/shell.ts'
import { metricTitle } from '../../format.ts'

/** What the page shows: a study, some runs, one run. */
export interface ExportPlace extends ExportArrangement {
  readonly study: string | null
  readonly runs: readonly number[] | null
  readonly metric: string
  readonly at: ValueAt
}

/** As the page filters runs, puts them together and holds them against each other. */
export interface ExportArrangement {
  readonly groupBy?: readonly string[]
  readonly byBackend?: boolean
  readonly only?: Only
  readonly facet?: string
  readonly reference?: string
  readonly targets?: readonly TargetLine[]
  readonly fields?: readonly string[]
}

type WeightsFormat = ShellInput<'shell/export-weights'>['format']

/** A thing that can be written; `make` returns what to ask the shell for. */
export interface ExportOffer {
  readonly id: string
  readonly title: string
  readonly help: string
  readonly formats: readonly (ExportFormat | WeightsFormat | 'bundle' | 'onnx')[]
}

export const FORMAT_TITLES: Readonly<Record<ExportOffer['formats'][number], string>> = {
  csv: 'CSV',
  latex: 'LaTeX',
  markdown: 'Markdown',
  html: 'HTML',
  tensorboard: 'TensorBoard event files',
  svg: 'SVG',
  png: 'PNG',
  pdf: 'PDF',
  npz: 'NPZ (NumPy)',
  safetensors: 'Safetensors',
  bundle: 'Share bundle',
  onnx: 'ONNX',
}

const FIGURE_TITLES: Readonly<Record<FigureName, string>> = {
  'learning-curves': 'Learning curves',
  'price-of-sparsity': 'Price of sparsity',
  'singular-values': 'Singular values against density',
  spectra: 'Spectra',
  'layer-densities': 'Densities of the layers',
  pareto: 'Accuracy against parameters',
  'pareto-operations': 'Accuracy against training operations',
  'pareto-time': 'Accuracy against time',
  angles: 'Angles of the rotations',
  'parallel-coordinates': 'Parallel coordinates',
  importance: 'Importance of fields',
}

const FIGURE_FORMATS = ['svg', 'pdf', 'png', 'csv'] as const

/** What can be exported at a place; nothing where there are neither runs nor a study. */
export function offersAt({ study, runs, metric }: ExportPlace): readonly ExportOffer[] {
  if (study === null && (runs === null || runs.length === 0)) return []
  const of = metricTitle(metric).toLowerCase()
  const weights: ExportOffer[] =
    runs?.length === 1
      ? [
          {
            id: 'weights',
            title: 'Weights and masks',
            help: 'The last checkpoint of the run, as arrays.',
            formats: ['safetensors', 'npz'],
          },
          {
            id: 'onnx',
            title: 'The network',
            help: 'With the weights of the last checkpoint, for other programs.',
            formats: ['onnx'],
          },
        ]
      : []
  const bundle: ExportOffer[] =
    study === null
      ? []
      : [
          {
            id: 'bundle',
            title: 'The study with its results',
            help: 'One file, which another bench imports by drop or menu.',
            formats: ['bundle'],
          },
        ]
  return [
    {
      id: 'groups',
      title: 'Comparison',
      help: `Mean ± deviation of ${of} over seeds, best in bold.`,
      formats: ['csv', 'latex', 'markdown', 'html'],
    },
    {
      id: 'significance',
      title: 'Tests between schemes',
      help: `Differences in ${of}: t, p, Holm-corrected, bootstrap interval.`,
      formats: ['csv'],
    },
    {
      id: 'importance',
      title: 'Importance of fields',
      help: `How much of the variance of ${of} each field explains (ANOVA, type II).`,
      formats: ['csv', 'latex', 'markdown', 'html'],
    },
    {
      id: 'groups-tested',
      title: 'Comparison with tests',
      help: `Mean ± deviation of ${of}, and beneath it the tests between schemes.`,
      formats: ['latex', 'markdown'],
    },
    {
      id: 'report',
      title: 'Report',
      help:
        'The study, tables, tests, figures, specification, environment, commands: one page, or a folder ' +
        'with main.tex, tables and figures.',
      formats: ['html', 'latex'],
    },
    { id: 'runs', title: 'Table of runs', help: 'One row a run, every field and metric.', formats: ['csv'] },
    {
      id: 'metrics',
      title: 'Curves',
      help: 'Every point of every metric, one row a point.',
      formats: ['csv', 'tensorboard'],
    },
    ...FIGURES.map((figure) => ({
      id: `figure:${figure}`,
      title: `Figure: ${FIGURE_TITLES[figure]}`,
      help: 'In print size, with real text; as CSV its numbers.',
      formats: FIGURE_FORMATS,
    })),
    ...weights,
    ...bundle,
  ]
}

/** The request of the shell for a table or figure. Throws for offers that have a channel of their own. */
export function exportRequest(
  place: ExportPlace,
  id: string,
  format: ExportFormat,
): ShellInput<'shell/export'> {
  const scope = {
    ...(place.only ? { only: place.only } : {}),
    ...(place.runs ? { runs: place.runs } : {}),
    ...(place.study !== null && !place.runs ? { study: place.study } : {}),
  }
  const { metric, at, groupBy, byBackend, reference } = place
  const grouping = {
    ...(groupBy ? { groupBy } : {}),
    ...(byBackend ? { byBackend } : {}),
    ...(reference === undefined ? {} : { reference }),
  }
  const measure = { metric, at, ...grouping }
  const fields = place.fields === undefined ? {} : { fields: place.fields }
  const root = place.study ?? (place.runs?.length === 1 ? `run-${place.runs[0]}` : 'runs')
  if (id === 'runs' || id === 'metrics') {
    return { request: { what: id, format, ...scope }, name: `${root}-${id}` }
  }
  if (id === 'report') {
    return { request: { what: id, format, ...scope, ...measure }, name: `${root}-report` }
  }
  if (id === 'importance') {
    return { request: { what: id, format, ...scope, metric, at, ...fields }, name: `${root}-${id}-${metric}` }
  }
  if (id === 'groups' || id === 'significance') {
    return { request: { what: id, format, ...scope, ...measure }, name: `${root}-${id}-${place.metric}` }
  }
  if (id === 'groups-tested') {
    return {
      request: { what: 'groups', format, significance: true, ...scope, ...measure },
      name: `${root}-tests-${place.metric}`,
    }
  }
  const figure = FIGURES.find((name) => id === `figure:${name}`)
  if (!figure) throw new Error(`exportRequest: “${id}” is written by a channel of its own`)
  const facet = {
    ...(place.facet === undefined || ofAllFields(figure) ? {} : { facet: place.facet }),
    ...(place.targets ? { targets: place.targets } : {}),
    ...(ofAllFields(figure) ? fields : {}),
  }
  return {
    request: { what: 'figure', figure, format, ...scope, ...measure, ...facet },
    name: `${root}-${figure}`,
  }
}
