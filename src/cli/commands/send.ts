import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Command } from 'commander'
import { BenchError } from '../../shared/contract/errors.ts'
import type { BundleImport } from '../../shared/contract/lab.ts'
import { HERE } from '../../shared/contract/remotes.ts'
import { oneLine } from '../../shared/format/one-line.ts'
import { formatBytes } from '../../shared/format/number.ts'
import type { LabDoor } from '../../lab/lab.ts'
import { parseRuns } from '../options.ts'
import type { Session } from '../session.ts'

interface Options {
  readonly to: string
  readonly study: string
  readonly runs?: readonly number[]
  readonly json?: boolean
}

/** `send --to NAME --study ID`: a study with its finished runs from one lab to another, as a bundle. */
export function addSendCommand(program: Command, session: Session): void {
  program
    .command('send')
    .description('send a study with its finished runs to another lab; what it has already stays as it is')
    .requiredOption('--to <lab>', `a lab that “remote add” named, or “${HERE}”, this computer’s`)
    .requiredOption('--study <id>', 'the study')
    .option('--runs <list>', 'only these of its ended runs, e.g. 3,5-9; default: all', parseRuns)
    .option('--json', 'what came there, as JSON')
    .action(async ({ to, study, runs, json }: Options) => {
      const from = session.elsewhere ?? HERE
      if (from === to) throw new BenchError('bad-input', `The study is in “${to}” already.`, '--to')
      const source = session.reader()
      const target: LabDoor = to === HERE ? session.workerHere() : session.dial(to)
      const folder = mkdtempSync(join(tmpdir(), 'givens-send-'))
      try {
        const file = join(folder, `${study}.givens`)
        const sent = await source.call('bundle/export', { study, file, runs, alone: runs === undefined })
        const came = await target.call('bundle/import', { file })
        session.print(json, { ...came, sent: sent.runs, bytes: sent.bytes }, () =>
          sentText(came, sent.runs, sent.bytes, to),
        )
      } finally {
        rmSync(folder, { recursive: true, force: true })
        await target.close()
      }
    })
}

function sentText(came: BundleImport, runs: number, bytes: number, to: string): string {
  const { added, skipped, untrusted } = came
  const title = oneLine(came.title)
  if (runs === 0) return `${title}: sent to ${to}; none of its runs has ended here.`
  return [
    `${title}: ${runs} runs, ${formatBytes(bytes)}, sent to ${to}; ${added.length} were new there, ` +
      `${skipped.length} there already.`,
    ...(untrusted.length === 0
      ? []
      : [`Methods that may not run there before you have looked at them: ${untrusted.join(', ')}.`]),
  ].join('\n')
}
