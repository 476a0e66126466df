import type { Command } from 'commander'
import { restoreBackup } from '../../lab/backup/restore.ts'
import { listBackups } from '../../lab/store/backups.ts'
import { pathsOf } from '../../lab/store/home.ts'
import { BenchError } from '../../shared/contract/errors.ts'
import { formatBytes } from '../../shared/format/number.ts'
import type { Session } from '../session.ts'

/** `backup FILE`, `restore FILE | --list | --latest`: the whole home as one file, and back. */
export function addBackupCommands(program: Command, session: Session): void {
  program
    .command('backup')
    .description('write the whole home as one file: studies, runs, curves, weights, own models and methods')
    .argument('<file>', 'e.g. bench.backup')
    .option('--json', 'what was written as JSON')
    .action(async (file: string, { json }: { json?: boolean }) => {
      const done = await session.reader().call('home/backup', { file })
      session.print(json, done, () => {
        const running =
          done.missing > 0 ? `; ${done.missing} runs went on meanwhile, without their weights` : ''
        const size = formatBytes(done.bytes)
        return `${done.file}: ${done.runs} runs, weights of ${done.weights}, ${size}${running}`
      })
    })
  program
    .command('restore')
    .description('put a backup in the place of what the home holds, which is set aside')
    .argument('[file]', 'a file of `lab backup`, or a copy of the database')
    .option('--list', 'the copies of the database that the lab took by itself')
    .option('--latest', 'go back to the newest of these')
    .option('--json', 'what was done as JSON')
    .action((file: string | undefined, { list, latest, json }: RestoreOptions) => {
      const paths = pathsOf(session.home)
      if ([file, list, latest].filter((each) => each !== undefined).length !== 1)
        throw new BenchError('bad-input', 'Give one of FILE, --list and --latest.', 'file')
      const taken = listBackups(paths, new Date())
      if (list) {
        session.print(json, taken, () => listing(taken, paths.backups))
        return
      }
      const chosen = file ?? taken[0]?.file
      if (chosen === undefined)
        throw new BenchError('not-found', `${paths.backups} holds no copy of the database.`, paths.backups)
      const aside = restoreBackup(paths, chosen, new Date())
      session.print(
        json,
        { restored: chosen, aside },
        () => `Restored ${chosen}.${aside ? ` What was there before is in ${aside}.` : ''}`,
      )
    })
}

interface RestoreOptions {
  readonly list?: boolean
  readonly latest?: boolean
  readonly json?: boolean
}

function listing(taken: ReturnType<typeof listBackups>, folder: string): string {
  if (taken.length === 0) return `${folder} holds no copy of the database yet; one is taken a day of use.`
  return taken.map(({ file, at, bytes }) => `${at}  ${formatBytes(bytes).padStart(9)}  ${file}`).join('\n')
}
