import type { Command } from 'commander'
import { BenchError } from '../../shared/contract/errors.ts'
import { oneLine } from '../../shared/format/one-line.ts'
import { formatBytes } from '../../shared/format/number.ts'
import type { Session } from '../session.ts'

/** `bundle export | import`: a study with its results as one file. */
export function addBundleCommand(program: Command, session: Session): void {
  const bundle = program.command('bundle').description('share a study with its results as one file')
  bundle
    .command('export')
    .description('write a study, its runs, curves, layers and events')
    .requiredOption('--study <id>', 'the study')
    .requiredOption('--out <file>', 'the file to write, e.g. results.givens')
    .option('--json', 'what was written as JSON')
    .action(async ({ study, out, json }: { study: string; out: string; json?: boolean }) => {
      const written = await session.reader().call('bundle/export', { study, file: out })
      session.print(
        json,
        written,
        () => `${written.file}: ${written.runs} runs, ${formatBytes(written.bytes)}`,
      )
    })
  bundle
    .command('import')
    .description('bring such a file in; runs that exist are skipped, nothing is overwritten')
    .argument('[file]')
    .option('--sample', 'the sample results that come with the program')
    .option('--json', 'what was imported as JSON')
    .action(async (file: string | undefined, { sample, json }: { sample?: boolean; json?: boolean }) => {
      if ((file === undefined) === (sample === undefined)) {
        throw new BenchError('bad-input', 'Give either a file or --sample.', 'file')
      }
      const input = file === undefined ? { sample: true as const } : { file }
      const done = await session.worker().call('bundle/import', input)
      session.print(
        json,
        done,
        () =>
          `${oneLine(done.title)} (${done.study}): ${done.added.length} runs added, ` +
          `${done.skipped.length} were here already` +
          (done.models.length > 0 ? `; with them came ${done.models.join(', ')}` : '') +
          (done.untrusted.length > 0
            ? `\nNot allowed to run here yet: ${done.untrusted.join(', ')}. Look at each: lab methods trust.`
            : ''),
      )
    })
  bundle
    .command('remove-sample')
    .description('remove the sample results from this home; runs that another study uses stay')
    .option('--json', 'what was removed as JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const done = await session.worker().call('sample/remove', {})
      session.print(json, done, () => `${done.removed} sample runs removed`)
    })
}
