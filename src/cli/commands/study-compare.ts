import { Option } from 'commander'
import type { Command } from 'commander'
import type { ValueAt } from '../../shared/contract/lab.ts'
import {
  SIGNIFICANCE_CAPTION,
  SIGNIFICANCE_HEADER,
  significanceRows,
} from '../../shared/format/significance.ts'
import { textCompareTable, textTable } from '../../shared/format/text-table.ts'
import type { Session } from '../session.ts'

interface Options {
  readonly metric: string
  readonly at: ValueAt
  readonly significance?: boolean
  readonly groupBy?: string[]
  readonly json?: boolean
}

/** `study compare`: the table of groups, best bold, best overall underlined, tests between schemes. */
export function addStudyCompareCommand(study: Command, session: Session): void {
  study
    .command('compare')
    .description('compare the groups of a study: mean ± std (n) of a metric; runs nothing')
    .argument('<id>')
    .option('--metric <name>', 'what to compare', 'test.accuracy')
    .addOption(
      new Option('--at <which>', 'at which step')
        .choices(['last', 'best', 'best-validation'])
        .default('last'),
    )
    .option('--group-by <axes...>', 'put together runs that agree in these axes; else all but the seed')
    .option('--significance', 'tests between schemes: t-tests, Holm-corrected, bootstrap intervals')
    .option('--json', 'as JSON')
    .action(async (id: string, { json, ...options }: Options) => {
      const lab = session.reader()
      await lab.call('studies/get', { id })
      const table = await lab.call('compare/table', { study: id, ...options })
      session.print(json, table, () => {
        const tests = significanceRows(table)
        if (tests.length === 0) return textCompareTable(table)
        const text = textTable(SIGNIFICANCE_HEADER, tests, new Set([2, 3, 4, 5]))
        return `${textCompareTable(table)}\n\n${text}\n\n${SIGNIFICANCE_CAPTION}`
      })
    })
}
