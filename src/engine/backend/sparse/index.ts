/**
 * The backend `sparse`: SIMD WebAssembly kernels on several threads, whose cost falls with the density. It
 * needs no native library. It works from the layer graph, not from the ops, so it runs training programs
 * only.
 */
import { threadCount } from '../../threads/count.ts'
import { BenchError } from '../../../shared/contract/errors.ts'
import { OPTIMIZER_FORMS } from '../optimizers/index.ts'
import { SparseExecutable } from './run/executable.ts'
import { refusals } from './model/model.ts'
import type { Backend, CompileOptions, Executable } from '../../program/backend.ts'
import type { Program } from '../../program/types.ts'

export const sparseBackend: Backend = {
  name: 'sparse',
  // Sums are taken by threads, so that the same numbers come back with as many of them only.
  describe: () => ({ name: 'sparse', device: 'cpu', version: `3 (${threadCount()} threads)` }),
  refuses,
  compile,
}

function refuses({ training }: Program): readonly string[] {
  if (!training) return ['it runs the training of layer graphs only']
  const { optimizer, forwardMask } = training.options
  const lacking = OPTIMIZER_FORMS[optimizer].sparse ? [] : [`the optimizer ${optimizer} has no sparse kernel`]
  const dense = forwardMask ? ['it keeps no weights outside the mask, and this method trains them'] : []
  return [...dense, ...lacking, ...refusals(training.graph)]
}

async function compile(program: Program, options: CompileOptions = {}): Promise<Executable> {
  if (options.precision === 'float64') {
    throw new BenchError(
      'impossible',
      'the sparse backend computes in float32 only; float64 needs the reference backend',
      'backend',
    )
  }
  const reasons = refuses(program)
  if (reasons.length > 0 || !program.training) {
    throw new BenchError('impossible', `the sparse backend cannot run this: ${reasons.join('; ')}`, 'backend')
  }
  options.onProgress?.('plan', 0)
  const executable = await SparseExecutable.open(program, program.training, options.examples)
  options.onProgress?.('plan', 1)
  return executable
}
