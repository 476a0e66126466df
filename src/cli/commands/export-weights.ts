import { Option } from 'commander'
import type { Command } from 'commander'
import { formatBytes } from '../../shared/format/number.ts'
import { numberIn } from '../options.ts'
import type { Session } from '../session.ts'

interface Options {
  readonly format?: 'npz' | 'safetensors'
  readonly pytorch?: boolean
  readonly out: string
  readonly json?: boolean
}

/** `export-weights`: the stored weights and masks of a run. */
export function addExportWeightsCommand(program: Command, session: Session): void {
  program
    .command('export-weights')
    .description('write the stored weights and masks of a run for NumPy or PyTorch')
    .argument('<run>', 'its number', numberIn(1, Number.MAX_SAFE_INTEGER, { integer: true }))
    .addOption(
      new Option('--format <format>', 'default: by the name of the file, else safetensors').choices([
        'npz',
        'safetensors',
      ]),
    )
    .option('--pytorch', 'names and layouts of PyTorch')
    .requiredOption('--out <file>', 'the file to write')
    .option('--json', 'what was written as JSON')
    .action(async (run: number, { format, pytorch, out, json }: Options) => {
      const named = out.endsWith('.npz') ? 'npz' : 'safetensors'
      const request = { run, format: format ?? named, pytorch: pytorch ?? false, file: out }
      const written = await session.reader().call('weights/write', request)
      session.print(
        json,
        written,
        () => `${written.file}: ${written.arrays} arrays, ${formatBytes(written.bytes)}`,
      )
    })
}
