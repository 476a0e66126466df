/** The optimizer's step on a thread's tape: its share of the nonzeros, and the numbers that it reads. */
import { optimizerOf } from '../../../../shared/methods/optimizers/index.ts'
import type { TrainingOptions } from '../../../program/types.ts'
import { OPTIMIZER_FORMS } from '../../optimizers/index.ts'
import type { ParameterShare, Share } from '../../optimizers/types.ts'
import type { Links } from './links.ts'
import { SUM_BYTES, type SparsePlan } from '../plan/plan.ts'
import type { Tape } from '../instructions/tape.ts'

const constantsOf = ({ optimizer, constants }: TrainingOptions): Readonly<Record<string, number>> => ({
  ...optimizerOf(optimizer).constants,
  ...constants,
})

/** Names of what a step is fed, in the order in which the kernels read them. */
export const stepScalars = (options: TrainingOptions): readonly string[] => [
  'rate',
  ...Object.keys(optimizerOf(options.optimizer).scalars(constantsOf(options), 0)),
]

/** Writes the update; `barrier` waits for all threads. */
export function emitStep(
  tape: Tape,
  plan: SparsePlan,
  links: Links,
  thread: number,
  barrier: () => void,
): void {
  const { options } = plan.source
  const { threads } = plan
  const { values, slots, parts, bytes } = links
  const { sparse } = OPTIMIZER_FORMS[options.optimizer]
  if (!sparse) throw new Error(`${options.optimizer} has no sparse kernels`)
  const parameters = parametersOf(links, threads, thread)
  sparse.tape({
    write: (name, fields) => {
      tape.write(name, 0, fields)
    },
    barrier,
    weights: values,
    slots,
    gradient: { parts, stride: bytes, threads },
    numbers: plan.control.numbers,
    threads,
    shares: joined(parameters),
    parameters,
    settings: options,
    constants: constantsOf(options),
  })
}

/** What of each parameter lies in a thread's part of the arrays. */
function parametersOf({ parameters, bytes }: Links, threads: number, thread: number): ParameterShare[] {
  const size = Math.ceil(bytes / threads / 64) * 64
  const [first, end] = [thread * size, (thread + 1) * size]
  return parameters.flatMap(({ from, to, weightDecay, sums }) => {
    const share = { from: Math.max(from, first), to: Math.min(to, end) }
    const ownSums = sums === 0 ? 0 : sums + SUM_BYTES * thread
    return share.from < share.to ? [{ ...share, weightDecay, sums, ownSums }] : []
  })
}

/** Neighbours of one decay as one share. */
function joined(parameters: readonly ParameterShare[]): Share[] {
  const shares: Share[] = []
  for (const { from, to, weightDecay } of parameters) {
    const last = shares.at(-1)
    if (last?.to === from && last.weightDecay === weightDecay) shares.splice(-1, 1, { ...last, to })
    else shares.push({ from, to, weightDecay })
  }
  return shares
}
