import { Option } from 'commander'
import type { Command } from 'commander'
import { BESIDE_COLUMNS } from '../../shared/contract/compare.ts'
import type { Only } from '../../shared/contract/compare.ts'
import { BenchError } from '../../shared/contract/errors.ts'
import { TEST_FAMILIES } from '../../shared/contract/lab.ts'
import type { CompareRequest, CompareRow, TwoWayRequest } from '../../shared/contract/lab.ts'
import {
  SIGNIFICANCE_HEADER,
  significanceCaption,
  significanceRows,
} from '../../shared/format/significance.ts'
import { twoWayGrid, twoWayText } from '../../shared/format/two-way.ts'
import { textCompareTable, textTable } from '../../shared/format/text-table.ts'
import { layoutBeside } from '../../shared/stats/two-way-layout.ts'
import type { TwoWayLayout } from '../../shared/stats/two-way-layout.ts'
import type { LabDoor } from '../../lab/lab.ts'
import type { Session } from '../session.ts'

type Options = Omit<CompareRequest, 'study' | 'runs'> & { readonly json?: boolean }

/** The options that say which value of a run is compared. */
export function addValueOptions(command: Command): Command {
  return command
    .option('--metric <name>', 'what to compare', 'test.accuracy')
    .addOption(
      new Option('--at <which>', 'at which step')
        .choices(['last', 'best', 'best-validation'])
        .default('last'),
    )
}

export const REFERENCE_HELP =
  'what every row is held against: a scheme or a label (of equal rest), or the label of one row'

/** @throws BenchError `bad-input` where no row is held against the reference that was named. */
function checkReference(
  { reference }: { readonly reference?: string },
  rows: readonly (Pick<CompareRow, 'against' | 'label' | 'scheme'> | null)[],
): void {
  if (reference === undefined || rows.some((row) => row?.against)) return
  const names = rows.flatMap((row) => (row ? [row.scheme ?? row.label, row.label] : []))
  throw new BenchError(
    'bad-input',
    `--reference: no row is held against “${reference}”. Known: ${[...new Set(names)].join(', ')}.`,
    '--reference',
  )
}

/** The options that say how runs are put together and which pairs are tested. */
export function addComparisonOptions(command: Command, optional = true): Command {
  if (optional) command.option('--significance', 'tests: t-tests, Holm-corrected, 95 % intervals')
  return addOnlyOption(command)
    .option('--group-by <axes...>', 'put together runs that agree in these axes; else all but the seed')
    .option('--by-backend', 'a group for each backend; else a seed on several backends counts once')
    .addOption(
      new Option(
        '--family <which>',
        'pairs that are tested: schemes equal in everything else (default), each against a baseline, ' +
          'or all rows',
      ).choices(TEST_FAMILIES),
    )
    .option('--baseline <scheme>', 'a scheme or a row that all are tested against, e.g. ERK-Base')
    .option('--reference <row>', REFERENCE_HELP)
    .option('--pooled', 'one test for two schemes, paired over all densities and seeds')
}

/** `--only Density=0.1,0.2 Activation=tanh`: the runs with one of these labels or values. */
export function addOnlyOption(command: Command): Command {
  return command.addOption(
    new Option('--only <key=values...>', 'only these labels or values, e.g. Density=0.1,0.2').argParser(
      (text: string, before: Only | undefined): Only => ({ ...before, ...parseOnly(text) }),
    ),
  )
}

function parseOnly(text: string): Only {
  const [, key, values] = /^([^=]+)=(.+)$/.exec(text) ?? []
  if (key === undefined)
    throw new BenchError('bad-input', `--only: “${text}” is not of the form Density=0.1,0.2.`, '--only')
  return { [key.trim()]: values.split(',').map((value) => value.trim()) }
}

/** The layout that a study's table has when rows and columns were not named. */
export async function layoutOf(
  lab: LabDoor,
  { study, runs, rows, columns }: Partial<Pick<TwoWayRequest, 'study' | 'runs' | 'rows' | 'columns'>>,
): Promise<TwoWayLayout> {
  const choices = await lab.call('compare/keys', { study, runs })
  return layoutBeside(choices, rows, columns)
}

/** `study compare`: the table of groups, best bold, best overall underlined, tests between schemes. */
export function addStudyCompareCommand(study: Command, session: Session): void {
  const command = study
    .command('compare')
    .description('compare the groups of a study: mean ± std (n) of a metric; runs nothing')
    .argument('<id>')
    .option('--json', 'as JSON')
  addComparisonOptions(addValueOptions(command)).action(async (id: string, { json, ...options }: Options) => {
    const lab = session.reader()
    await lab.call('studies/get', { id })
    const table = await lab.call('compare/table', { study: id, ...options })
    checkReference(options, table.rows)
    session.print(json, table, () => {
      const tests = significanceRows(table)
      if (tests.length === 0) return textCompareTable(table)
      const text = textTable(SIGNIFICANCE_HEADER, tests, new Set([2, 3, 4, 5]))
      return `${textCompareTable(table)}\n\n${text}\n\n${significanceCaption(table)}`
    })
  })
}

interface TableOptions extends Omit<TwoWayRequest, 'study' | 'runs'> {
  readonly json?: boolean
}

/** `study table`: two ways, e.g. schemes down and densities across. */
export function addStudyTableCommand(study: Command, session: Session): void {
  const command = study
    .command('table')
    .description('a two-way table of a study: mean ± std (n), best of each column bold; runs nothing')
    .argument('<id>')
    .option(
      '--rows <keys...>',
      'what stands down: axes, scheme, or fields such as model.activation (default: the schemes)',
    )
    .option('--columns <keys...>', 'what stands across (default: the other axes)')
    .addOption(new Option('--beside <facts...>', 'facts of each row').choices(BESIDE_COLUMNS))
    .option('--reference <row>', REFERENCE_HELP)
    .option('--json', 'as JSON')
  addOnlyOption(addValueOptions(command)).action(async (id: string, { json, ...options }: TableOptions) => {
    const lab = session.reader()
    await lab.call('studies/get', { id })
    const layout = await layoutOf(lab, { study: id, ...options })
    const table = await lab.call('compare/two-way', { study: id, ...options, ...layout })
    const cells = table.rows.flatMap((row) => row.cells.map((cell) => cell?.row ?? null))
    checkReference(options, [...cells, ...table.across.flatMap(({ spans }) => spans.map(({ row }) => row))])
    session.print(json, table, () => twoWayText(twoWayGrid(table)))
  })
}
