import type { Command } from 'commander'
import type { RunStatus } from '../../shared/contract/run.ts'
import type { Session } from '../session.ts'
import { EXIT } from '../io.ts'
import { nameOf, workOn } from '../work.ts'

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
      const left = retry ? [] : rows.filter(({ status }) => status === 'failed')
      if (runs.length > 0) session.exitCode = await workOn(lab, runs, session.io)
      else session.io.err(left.length > 0 ? 'Nothing to resume but what failed.\n' : 'Nothing to resume.\n')
      if (left.length === 0) return
      for (const row of left)
        session.io.err(`${nameOf(row)} failed: ${row.error?.message ?? 'no reason is known'}\n`)
      session.io.err('“resume --retry” tries them again, from their last checkpoints.\n')
      session.exitCode = EXIT.failed
    })
}
