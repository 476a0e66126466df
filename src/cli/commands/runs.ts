import type { Command } from 'commander'
import { formatDuration } from '../../shared/format/number.ts'
import { textTable } from '../../shared/format/text-table.ts'
import type { Session } from '../session.ts'

/** `runs`: all runs, or those of a study. */
export function addRunsCommand(program: Command, session: Session): void {
  program
    .command('runs')
    .description('all runs, or those of a study')
    .option('--study <id>', 'only the runs of a study')
    .option('--archived', 'archived ones too')
    .option('--json', 'as JSON')
    .action(async ({ study, archived, json }: { study?: string; archived?: boolean; json?: boolean }) => {
      const lab = session.reader()
      if (study !== undefined) await lab.call('studies/get', { id: study })
      const rows = await lab.call('runs/list', { study, archived })
      session.print(json, rows, () =>
        rows.length === 0
          ? 'No runs yet. “study list” shows what can be run.'
          : textTable(
              ['Run', 'Study', 'Labels', 'Seed', 'Status', 'Step', 'Validation', 'Test', 'Time'],
              rows.map((row) => [
                String(row.id),
                row.study ?? '–',
                Object.values(row.labels).join(' · '),
                String(row.spec.seed),
                (row.status === 'diverged' ? `diverged at ${row.divergedAt}` : row.status) +
                  (row.brokenSeal ? ', changed since' : ''),
                row.totalSteps === null ? String(row.step) : `${row.step}/${row.totalSteps}`,
                row.last['validation.accuracy']?.toFixed(4) ?? '–',
                row.last['test.accuracy']?.toFixed(4) ?? '–',
                formatDuration(row.seconds),
              ]),
              new Set([0, 3, 5, 6, 7, 8]),
            ),
      )
    })
}
