import type { Command } from 'commander'
import type { RunStatus } from '../../shared/contract/run.ts'
import type { Session } from '../session.ts'
import { workOn } from '../work.ts'

/** `resume`: goes on with what is queued, interrupted or paused. */
export function addResumeCommand(program: Command, session: Session): void {
  program
    .command('resume')
    .description('go on with runs that are queued, interrupted or paused, from their last checkpoints')
    .option('--study <id>', 'only the runs of a study')
    .option('--retry', 'failed and cancelled runs too')
    .action(async ({ study, retry }: { study?: string; retry?: boolean }) => {
      const lab = session.worker()
      const rows = await lab.call('runs/list', { study })
      const idsIn = (...statuses: RunStatus[]): number[] =>
        rows.filter((row) => statuses.includes(row.status)).map(({ id }) => id)
      const again = retry ? idsIn('failed', 'cancelled') : []
      await lab.call('runs/resume', { ids: idsIn('paused', 'interrupted') })
      await lab.call('runs/retry', { ids: again })
      const runs = [...idsIn('queued', 'paused', 'interrupted'), ...again]
      if (runs.length === 0) {
        session.io.err('Nothing to resume.\n')
        return
      }
      session.exitCode = await workOn(lab, runs, session.io)
    })
}
