import type { Command } from 'commander'
import { BenchError } from '../../shared/contract/errors.ts'
import {
  densityPath,
  expectedDensity,
  rotationsFor,
  rotationsUntilRowHas,
} from '../../shared/theory/rotations.ts'
import { numberIn } from '../options.ts'
import type { Session } from '../session.ts'
import { addCriticalCommand } from './theory-critical.ts'

interface Options {
  readonly size?: number
  readonly density?: number
  readonly rotations?: number
  readonly path?: boolean
  readonly json?: boolean
}

/** `theory`: expected density after rotations, and rotations for a density. */
export function addTheoryCommand(program: Command, session: Session): void {
  const theory = program
    .command('theory')
    .description('EOI’s expected density after a number of rotations, and the other way round')
    .option('--size <m>', 'longer side of the matrix', numberIn(2, 1e6, { integer: true }))
    .option('--density <d>', 'how many rotations for this density', numberIn(0, 1, { above: true }))
    .option('--rotations <t>', 'what density after so many', numberIn(0, 1e9, { integer: true }))
    .option('--path', 'the expected density after every rotation up to there')
    .option('--json', 'as JSON')
    .action(({ size, density, rotations, path, json }: Options) => {
      if (size === undefined) {
        throw new BenchError(
          'bad-input',
          'Give --size, the longer side of the matrix, or ask for theory critical.',
          '--size',
        )
      }
      if ((density === undefined) === (rotations === undefined)) {
        throw new BenchError('bad-input', 'Give either --density or --rotations.', '--density')
      }
      const count = rotations ?? rotationsFor(density ?? 1, size)
      const nonzeros = Math.max(1, Math.round((density ?? expectedDensity(count, size)) * size))
      const result = {
        size,
        rotations: count,
        density: expectedDensity(count, size),
        rowNonzeros: nonzeros,
        rotationsUntilRowHas: rotationsUntilRowHas(nonzeros, size),
        ...(path ? { path: [...densityPath(count, size).density] } : {}),
      }
      session.print(json, result, () =>
        [
          `${result.rotations} rotations of an orthogonal matrix with ${size} columns: ` +
            `expected density ${result.density.toPrecision(8)}`,
          `one row has ${nonzeros} nonzeros after ` +
            `${result.rotationsUntilRowHas.toPrecision(8)} rotations on average`,
          ...(result.path ?? []).map((value, step) => `${step}\t${value}`),
        ].join('\n'),
      )
    })
  addCriticalCommand(theory, session)
}
