import { describe, expect, it } from 'vitest'
import { referenceBackend } from '../../../src/engine/backend/reference/index.ts'
import { sparseBackend } from '../../../src/engine/backend/sparse/index.ts'
import type { RunSpecInput } from '../../../src/shared/spec/schema.ts'
import { oracle } from '../../oracle.ts'
import { expectMasks, expectNear, expectTensors, trainCase } from './axis-oracle.ts'
import type { NetworkCase, Tensors, Trained } from './axis-oracle.ts'

interface Schedule {
  readonly t0: number
  readonly n: number
  readonly dt: number
  readonly s_i: number
  readonly s_f: number | null
  readonly final_density_per_kernel: Readonly<Record<string, number>> | null
}
interface Final {
  readonly losses: readonly number[]
  readonly final_loss: number
  readonly final_params: Tensors
  readonly final_momentum: Tensors
  readonly final_masks: Tensors
}
interface PruningCase extends NetworkCase, Final {
  readonly kind: string
  readonly method: string
  readonly scope: string
  readonly steps: number
  readonly schedule: Schedule
  readonly exchange_fraction?: number
  readonly regrow_just_dropped?: 'allowed' | 'excluded'
  readonly start_masks?: Tensors | null
  readonly updates: readonly {
    readonly before_step: number
    readonly masks?: Tensors
    readonly kernels?: Readonly<Record<string, { readonly mask: Tensors[string] }>>
  }[]
}

const BACKENDS = [referenceBackend, sparseBackend]

function pruningSpec(given: PruningCase): RunSpecInput {
  const { schedule, steps, method, scope } = given
  const { t0, n, dt, s_i, s_f } = schedule
  return {
    sparsity: { density: s_f === null ? 0.5 : 1 - s_f, distribution: 'uniform' },
    dynamic: {
      method: method === 'gmp' ? 'gmp' : 'granet',
      begin: t0 / steps,
      until: (t0 + n * dt) / steps,
      interval: dt,
      startDensity: 1 - s_i,
      scope: scope === 'global' ? 'global' : 'distribution',
      fraction: given.exchange_fraction,
      fractionDecay: 'constant',
      regrow: given.regrow_just_dropped,
    },
    training: { epochs: steps },
  }
}

describe.each(BACKENDS)('on $name', (backend) => {
  const { cases } = oracle<{ cases: PruningCase[] }>('pruning_schedules')
  const trained = cases.filter(({ kind }) => kind === 'training')

  it.each(trained)('$name: masks, losses, weights and momenta are PyTorch’s', async (given) => {
    const wanted = given.schedule.final_density_per_kernel
    const run = await trainCase({
      given,
      backend,
      spec: pruningSpec(given),
      ...(given.start_masks ? { masks: given.start_masks } : {}),
      ...(wanted ? { targets: given.kernels.map((name) => wanted[name]) } : {}),
    })
    expect(given.updates.length).toBe(given.schedule.n + 1)
    for (const { before_step: step, masks, kernels = {} } of given.updates) {
      const of = masks ?? Object.fromEntries(Object.entries(kernels).map(([name, { mask }]) => [name, mask]))
      expectMasks(run.after(step).masks, of)
    }
    expectFinal(run, given, given.steps)
  })
})

function expectFinal(run: Trained, given: Final, steps: number): void {
  expectNear(run.losses, given.losses)
  expectNear([run.lossAfter(steps)], [given.final_loss])
  const { weights, masks, momentum } = run.after(steps)
  expectMasks(masks, given.final_masks)
  expectTensors(weights, given.final_params)
  expectTensors(momentum, given.final_momentum)
  expectZeros(run.after(steps))
}

/** Masked weights and their momenta are exactly 0. */
function expectZeros({ weights, masks, momentum }: ReturnType<Trained['after']>): void {
  for (const [name, mask] of Object.entries(masks)) {
    mask.forEach((on, k) => {
      if (on === 0) expect([weights[name][k], momentum[name][k]]).toEqual([0, 0])
    })
  }
}

interface LaterSchedule {
  readonly base: number
  readonly milestones: readonly number[]
  readonly gamma: number
}
interface OneShotCase extends NetworkCase, Final {
  readonly density: number
  readonly rewind: 'learning-rate' | 'none'
  readonly dense_steps: number
  readonly sparse_steps: number
  readonly schedule: LaterSchedule
  readonly loss_after_pruning: number
  readonly masks: Tensors
  readonly loss_before_pruning: number
  readonly rates_after_pruning: readonly number[]
}
interface ImpCase extends NetworkCase {
  readonly prune_fraction: number
  readonly rewind_step: number
  readonly rewound_schedule: 'restart' | 'from_k'
  readonly steps_per_round: number
  readonly schedule: LaterSchedule
  readonly rewind_params: Tensors
  readonly rounds: readonly {
    readonly losses: readonly number[]
    readonly final_loss: number
    readonly kept_after: number
    readonly mask_trained: Tensors
    readonly mask_after: Tensors
  }[]
}

const afterTraining = <Case>(method: string): Case[] =>
  oracle<{ cases: (Case & { readonly method: string })[] }>('after_training').cases.filter(
    (each) => each.method === method,
  )
const stepped = ({ base, milestones, gamma }: LaterSchedule, steps: number) => ({
  epochs: steps,
  learningRate: base,
  schedule: 'step' as const,
  milestones: milestones.map((step) => step / steps),
  gamma,
})
const product = (shape: readonly number[]): number => shape.reduce((all, side) => all * side, 1)

describe.each(BACKENDS)('after training, on $name', (backend) => {
  const oneShots = afterTraining<OneShotCase>('one-shot')
  const tickets = afterTraining<ImpCase>('imp')

  it.each(oneShots)('$name prunes once and trains again as PyTorch does', async (given) => {
    const { density, rewind, dense_steps: dense, schedule } = given
    const run = await trainCase({
      given,
      backend,
      spec: {
        sparsity: { density },
        dynamic: { method: 'one-shot', rewind, fineTune: given.sparse_steps / dense },
        training: stepped(schedule, dense),
      },
    })
    expectNear(
      [run.lossAfter(dense), run.losses[dense]],
      [given.loss_before_pruning, given.loss_after_pruning],
    )
    const pruned = run.after(dense)
    expectMasks(pruned.masks, given.masks)
    expectZeros(pruned)
    expect(
      Object.values(pruned.momentum)
        .flat()
        .every((value) => value === 0),
    ).toBe(true)
    const rates = run.points.filter(({ name, step }) => name === 'learning-rate' && step > dense)
    expectNear(
      rates.map(({ value }) => value),
      given.rates_after_pruning,
    )
    expectFinal(run, given, dense + given.sparse_steps)
  })

  it.each(tickets)('$name finds PyTorch’s tickets, round after round', async (given) => {
    const { steps_per_round: steps, rewind_step: rewindStep, schedule, rounds } = given
    const entries = given.kernels.reduce((sum, name) => sum + product(given.params[name].shape), 0)
    const rest = given.rewound_schedule === 'from_k'
    const run = await trainCase({
      given,
      backend,
      spec: {
        sparsity: { density: rounds[rounds.length - 1].kept_after / entries },
        dynamic: {
          method: 'imp',
          pruneFraction: given.prune_fraction,
          rewindStep,
          rewoundSchedule: rest ? 'rest' : 'whole',
        },
        training: stepped(schedule, steps),
      },
    })
    let end = 0
    rounds.forEach((round, k) => {
      const start = end
      end += k > 0 && rest ? steps - rewindStep : steps
      expectNear(run.losses.slice(start, end), round.losses)
      expectNear([run.lossAfter(end)], [round.final_loss])
      const { weights, masks, momentum } = run.after(end)
      expectMasks(masks, round.mask_after)
      for (const [name, { data }] of Object.entries(given.rewind_params)) {
        const mask = masks[name] as readonly number[] | undefined
        expectNear(weights[name], mask ? data.map((value, i) => value * mask[i]) : data)
      }
      expect(
        Object.values(momentum)
          .flat()
          .every((value) => value === 0),
      ).toBe(true)
      const told = run.points.filter(({ name, step }) => name === 'round-density' && step === end)
      const before = k === 0 ? entries : rounds[k - 1].kept_after
      expect(told.map(({ value }) => value)).toEqual([before / entries])
    })
    // The ticket of the last pruning is trained, too.
    expect(run.losses.length).toBe(end + (rest ? steps - rewindStep : steps))
  })
})

interface LearnedCase extends NetworkCase {
  readonly method: string
  readonly steps: number
  readonly density?: number
  readonly decay_on?: 'kept' | 'all'
  readonly n?: number
  readonly m?: number
  readonly lambda?: number
  readonly forward_density?: number
  readonly extra_density?: number
  readonly regulariser?: 'l1' | 'l2'
  readonly refresh_every?: number
  readonly losses?: readonly number[]
  readonly masks?: Tensors
  readonly record?: readonly {
    readonly loss: number
    readonly masks?: Tensors
    readonly forward_masks?: Tensors
    readonly backward_masks?: Tensors
  }[]
  readonly final_loss?: number
  readonly loss_with_last_masks?: number
  readonly final_params: Tensors
  readonly final_momentum: Tensors
  readonly final_masks?: Tensors
}

const LEARNED = oracle<{ cases: LearnedCase[] }>('learned_masks').cases.filter(
  ({ method }) => method !== 'nm-mask',
)

function learnedSpec(given: LearnedCase): RunSpecInput {
  const { method, density, decay_on: decay, n, m, lambda, steps } = given
  const training = { epochs: steps }
  const groups = { groupKept: n, groupSize: m }
  switch (method) {
    case 'ste':
      return { sparsity: { density, distribution: 'uniform' }, dynamic: { method, decay }, training }
    case 'sr-ste':
      return { dynamic: { method, outsidePenalty: lambda, ...groups }, training }
    case 'nm-static':
      return { dynamic: { method: 'nm', ...groups }, training }
    default:
      return {
        sparsity: { density: given.forward_density, distribution: 'uniform' },
        dynamic: {
          method: 'top-kast',
          extraDensity: given.extra_density,
          penalty: lambda,
          penaltyNorm: given.regulariser,
          refresh: given.refresh_every,
        },
        training,
      }
  }
}

describe('masks of the forward pass and of groups', () => {
  it.each(LEARNED)('$name: masks, losses, weights and momenta are PyTorch’s', async (given) => {
    const run = await trainCase({ given, backend: referenceBackend, spec: learnedSpec(given) })
    const { steps, record } = given
    expectNear(run.losses, given.losses ?? record?.map(({ loss }) => loss) ?? [])
    record?.slice(1).forEach(({ masks, forward_masks: forward, backward_masks: backward }, k) => {
      const at = run.after(k + 1)
      expectMasks(at.masks, masks ?? forward ?? {})
      if (backward) expectMasks(at.backward, backward)
    })
    const end = run.after(steps)
    expectTensors(end.weights, given.final_params)
    if (given.final_masks) expectMasks(end.masks, given.final_masks)
    if (given.final_loss !== undefined) expectNear([run.lossAfter(steps)], [given.final_loss])
    // The masks are those of the next step already, and momentum outside the backward one has ended.
    const reached = (name: string, k: number): number => (end.backward[name] ?? [])[k] ?? 1
    for (const [name, { data }] of Object.entries(given.optimizer.momentum > 0 ? given.final_momentum : {})) {
      expectNear(
        end.momentum[name],
        data.map((value, k) => value * reached(name, k)),
      )
    }
  })

  it('static N:M on the sparse backend is PyTorch’s', async () => {
    const given = LEARNED.find(({ method }) => method === 'nm-static') as LearnedCase
    const run = await trainCase({ given, backend: sparseBackend, spec: learnedSpec(given) })
    expectNear(run.losses, given.losses ?? [])
    expectMasks(run.after(given.steps).masks, given.final_masks ?? {})
    expectTensors(run.after(given.steps).weights, given.final_params)
  })
})
