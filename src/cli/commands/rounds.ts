import type { Command } from 'commander'
import { csvLine } from '../../shared/format/csv.ts'
import { formatNumber } from '../../shared/format/number.ts'
import { textTable } from '../../shared/format/text-table.ts'
import { ROUND_CURVES, roundRows } from '../../shared/stats/rounds.ts'
import type { RoundRow } from '../../shared/stats/rounds.ts'
import type { Session } from '../session.ts'

const HEADER = ['round', 'end', 'steps', 'density', 'validation', 'test', 'operations'] as const

const shown = (row: RoundRow): string[] => [
  String(row.round),
  String(row.end),
  String(row.steps),
  row.density === null ? '–' : formatNumber(row.density, 4),
  row.validation?.toFixed(4) ?? '–',
  row.test?.toFixed(4) ?? '–',
  row.operations?.toPrecision(4) ?? '–',
]

/** `rounds`: what each round of a run reached. */
export function addRoundsCommand(program: Command, session: Session): void {
  program
    .command('rounds')
    .description('what each round of a run reached (IMP, one-shot pruning), before its masks were pruned')
    .argument('<run>', 'number of the run')
    .option('--csv', 'as CSV')
    .option('--json', 'as JSON')
    .action(async (run: string, { csv, json }: { csv?: boolean; json?: boolean }) => {
      const lab = session.reader()
      const { row } = await lab.call('runs/get', { id: Number(run) })
      const curves = await Promise.all(
        ROUND_CURVES.map(async ([phase, name]) => {
          const [series] = await lab.call('runs/series', { runs: [row.id], phase, name })
          return series
        }),
      )
      const rows = roundRows(curves)
      session.print(json, rows, () => {
        if (csv)
          return [csvLine(HEADER), ...rows.map((each) => csvLine(HEADER.map((key) => each[key])))].join('')
        if (rows.length === 0) return `Run ${row.id} has no rounds: it trains once, or its first is not over.`
        const header = HEADER.map((name) => name.charAt(0).toUpperCase() + name.slice(1))
        return textTable(header, rows.map(shown), new Set(HEADER.keys()))
      })
    })
}
