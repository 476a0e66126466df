import type { Command } from 'commander'
import { formatBytes } from '../../shared/format/number.ts'
import { numberIn } from '../options.ts'
import type { Session } from '../session.ts'

/** `export-onnx`: the network of a run with its stored weights. */
export function addExportOnnxCommand(program: Command, session: Session): void {
  program
    .command('export-onnx')
    .description('write the network of a run, with its stored weights, as an ONNX file')
    .argument('<run>', 'its number', numberIn(1, Number.MAX_SAFE_INTEGER, { integer: true }))
    .requiredOption('--out <file>', 'the file to write, .onnx')
    .option('--json', 'what was written as JSON')
    .action(async (run: number, { out, json }: { out: string; json?: boolean }) => {
      const written = await session.reader().call('onnx/write', { run, file: out })
      session.print(
        json,
        written,
        () => `${written.file}: ${written.layers} layers, ${formatBytes(written.bytes)}`,
      )
    })
}
