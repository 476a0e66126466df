import { InvalidArgumentError } from 'commander'
import type { Command } from 'commander'
import type { BackendChoice } from '../../shared/spec/schema.ts'
import { isOwn } from '../../shared/spec/own.ts'
import { backendOption } from '../options.ts'
import type { Session } from '../session.ts'

interface Options {
  readonly input: string
  readonly out: string
  readonly backend?: BackendChoice
  readonly json?: boolean
}

function parseNetwork(text: string): number | string {
  const run = Number(text)
  if (isOwn(text)) return text
  if (Number.isSafeInteger(run) && run > 0) return run
  throw new InvalidArgumentError(`“${text}” is neither the number of a run nor own:NAME.`)
}

/** `predict`: logits of the examples in a file. */
export function addPredictCommand(program: Command, session: Session): void {
  program
    .command('predict')
    .description('write the logits of examples, by a run or by the weights that an own model came with')
    .argument('<network>', 'the number of a run, or own:NAME', parseNetwork)
    .requiredOption('--input <file>', '.npz with an array x: [n, height, width, channels] or [n, features]')
    .requiredOption('--out <file>', 'the .npz to write, with an array logits: [n, classes]')
    .addOption(backendOption())
    .option('--json', 'what was written as JSON')
    .action(async (of: number | string, { input, out, backend, json }: Options) => {
      const written = await session.reader().call('predict/write', { of, input, file: out, backend })
      session.print(
        json,
        written,
        () =>
          `${written.file}: logits of ${written.examples} examples, ${written.classes} classes, ` +
          `by the ${written.backend} backend`,
      )
    })
}
