import { Option } from 'commander'
import type { Command } from 'commander'
import { BESIDE_COLUMNS } from '../../shared/contract/compare.ts'
import type { TargetLine } from '../../shared/contract/compare.ts'
import { BenchError } from '../../shared/contract/errors.ts'
import { BANDS, CURVE_AXES, EXPORT_FORMATS, EXPORT_WHATS, FIGURES } from '../../shared/contract/lab.ts'
import type { ExportRequest } from '../../shared/contract/lab.ts'
import { comparisonOf, linkOf } from '../../shared/link.ts'
import { addressOfView } from './view.ts'
import { formatBytes } from '../../shared/format/number.ts'
import { parseRuns } from '../options.ts'
import type { Session } from '../session.ts'
import { lookOption } from '../look-option.ts'
import { addComparisonOptions, layoutOf } from './study-compare.ts'

interface Options extends Omit<ExportRequest, 'file' | 'runs' | 'targets'> {
  readonly target?: readonly TargetLine[]
  readonly out: string
  readonly runs?: string
  readonly json?: boolean
  readonly link?: string
  readonly view?: string
}

/**
 * `export`: results as tables (CSV, LaTeX, Markdown), curves (CSV, TensorBoard) and figures (SVG, PNG, PDF).
 */
export function addExportCommand(program: Command, session: Session): void {
  const command = program
    .command('export')
    .description('write results as tables, curves or figures')
    .option('--study <id>', 'the runs of a study')
    .option('--link <link>', 'what a view of Compare shows, by the link that its page copies')
    .option('--view <name>', 'what a saved view of Compare shows')
    .option('--runs <list>', 'some runs by number, e.g. 1,2,5-9')
    .addOption(
      new Option(
        '--what <what>',
        'groups (the comparison), two-way, significance, importance (of fields), layer (a kernel of one ' +
          'run), runs (a row each), metrics (every point), figure, or report (all of a study as one page, ' +
          'html, or a folder, latex)',
      )
        .choices(EXPORT_WHATS)
        .makeOptionMandatory(),
    )
    .addOption(new Option('--format <format>').choices(EXPORT_FORMATS).default('csv'))
    .option(
      '--metric <name>',
      'for groups: what to compare (default test.accuracy); for metrics: only this curve',
    )
    .addOption(new Option('--at <which>', 'for groups').choices(['last', 'best', 'best-validation']))
    .addOption(new Option('--figure <name>', 'for figure').choices(FIGURES))
    .addOption(new Option('--band <kind>', 'for figure: the band around means').choices(BANDS))
    .option('--rows <keys...>', 'for two-way: what stands down')
    .option('--columns <keys...>', 'for two-way: what stands across')
    .addOption(new Option('--beside <facts...>', 'for two-way: facts of each row').choices(BESIDE_COLUMNS))
    .option('--siunitx', 'for two-way as latex: numbers in columns of siunitx')
    .addOption(lookOption())
    .option(
      '--fields <keys...>',
      'for importance, and the figures of it and of parallel coordinates: axes, scheme, or fields ' +
        '(default: those that differ)',
    )
    .option('--layer <name>', 'for layer: a kernel of the one run, e.g. hidden3.kernel (png, svg, csv)')
    .option('--step <n>', 'for layer: 0 as initialized, or a step whose checkpoint is kept', Number)
    .option('--facet <key>', 'for figure: a panel for every value of an axis or field')
    .addOption(targetOption())
    .option('--hide <labels...>', 'for figure: lines that are left out')
    .option('--smoothing <weight>', 'for figure learning-curves: weight of the past, 0 to 0.999', Number)
    .option('--members', 'for figure learning-curves: every run thin behind its mean')
    .addOption(new Option('--axis <which>', 'for figure learning-curves').choices(CURVE_AXES))
    .option('--x-log', 'for figure: a logarithmic horizontal axis')
    .option('--y-log', 'for figure: a logarithmic vertical axis')
    .requiredOption('--out <file>', 'the file to write; for tensorboard, and a report as latex, a folder')
    .option('--json', 'what was written as JSON')
  addComparisonOptions(command).action(
    async ({ out, runs, json, link, view, target, ...options }: Options) => {
      const lab = session.reader()
      if (options.study !== undefined) await lab.call('studies/get', { id: options.study })
      const request = {
        ...(link === undefined ? {} : comparisonOf(link)),
        ...(view === undefined ? {} : comparisonOf(linkOf(await addressOfView(lab, view)))),
        ...options,
        ...(target === undefined ? {} : { targets: target }),
        ...(runs === undefined ? {} : { runs: parseRuns(runs) }),
      }
      const layout = options.what === 'two-way' ? await layoutOf(lab, request) : {}
      const written = await lab.call('export/write', { ...request, ...layout, file: out })
      for (const note of written.notes ?? []) session.io.err(`! ${note}\n`)
      session.print(
        json,
        written,
        () => `${written.file}: ${written.rows} rows, ${formatBytes(written.bytes)}`,
      )
    },
  )
}

/** `--target "State of the art=0.95"`, in the metric's own unit. */
function targetOption(): Option {
  const parse = (text: string, before: readonly TargetLine[] = []): readonly TargetLine[] => {
    const [, label, value] = /^(.+)=([^=]+)$/s.exec(text) ?? []
    if (label !== undefined && value.trim() !== '' && Number.isFinite(Number(value)))
      return [...before, { label: label.trim(), value: Number(value) }]
    throw new BenchError('bad-input', `--target: “${text}” is not of the form label=0.95.`, '--target')
  }
  return new Option(
    '--target <label=value>',
    'for figure: a dashed line, in the metric’s own unit (0.95 for 95 %); may be repeated',
  ).argParser(parse)
}
