import { InvalidArgumentError } from 'commander'
import type { Command } from 'commander'
import { undecidedRows } from '../../shared/stats/significance.ts'
import type { CompareRequest } from '../../shared/contract/lab.ts'
import type { Session } from '../session.ts'
import { workOn } from '../work.ts'
import { addComparisonOptions, addValueOptions } from './study-compare.ts'

interface Options extends Omit<CompareRequest, 'study' | 'runs' | 'significance'> {
  readonly count: number
  readonly all?: boolean
  readonly json?: boolean
}

function countOf(text: string): number {
  const count = Number(text)
  if (Number.isInteger(count) && count >= 1 && count <= 1000) return count
  throw new InvalidArgumentError('a whole number from 1 to 1000.')
}

/** `study more-seeds`: runs more seeds of the rows that no test tells apart. */
export function addMoreSeedsCommand(study: Command, session: Session): void {
  const command = study
    .command('more-seeds')
    .description('run more seeds of the rows whose tests decide nothing, or of all; then compare again')
    .argument('<id>')
    .option('--count <n>', 'seeds to add to each row', countOf, 2)
    .option('--all', 'every row, decided or not')
    .option('--json', 'what was run as JSON')
  addComparisonOptions(addValueOptions(command), false).action(
    async (id: string, { count, all, json, ...request }: Options) => {
      const lab = session.worker()
      await lab.call('studies/get', { id })
      const table = await lab.call('compare/table', { study: id, ...request, significance: true })
      const undecided = undecidedRows(table.significance ?? [])
      const rows = table.rows.filter((_, index) => all || undecided.has(index))
      const runs = rows.flatMap((row) => row.members ?? row.runs)
      if (runs.length === 0) {
        session.print(json, { queued: 0, reused: 0, runs: [], seeds: [] }, () =>
          table.rows.length === 0 ? 'There are no runs yet.' : 'Every test is decided; nothing was queued.',
        )
        return
      }
      const added = await lab.call('studies/more-seeds', { study: id, runs, count })
      session.io.err(
        `${added.queued} runs of ${rows.length} rows, seeds ${added.seeds.join(', ')}` +
          (added.reused > 0 ? `; ${added.reused} there already or on their way` : '') +
          '\n',
      )
      session.exitCode = await workOn(lab, added.runs, session.io)
      session.print(json, added, () => `Compare again: study compare ${id} --significance`)
    },
  )
}
