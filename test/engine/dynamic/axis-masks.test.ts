import { describe, expect, it } from 'vitest'
import { piecewiseOperations, stepOperations } from '../../../src/shared/graph/training-cost.ts'
import { plannedOperations } from '../../../src/shared/planning/operations.ts'
import { parseSpec } from '../../../src/shared/spec/parse.ts'
import { runSpecSchema } from '../../../src/shared/spec/schema.ts'
import { maskMethod, type PrunedLayer } from '../../../src/engine/dynamic/index.ts'
import { nmMask } from '../../../src/engine/dynamic/nm.ts'
import { cubicRemainder, prunesAt } from '../../../src/shared/planning/schedule.ts'
import { apportion } from '../../../src/engine/dynamic/snfs.ts'
import { countOnes } from '../../../src/engine/initialization/masks.ts'
import { Stream } from '../../../src/engine/rng.ts'
import { Exploration } from '../../../src/engine/train/exploration.ts'
import { perceptron } from '../compiler/models.ts'
import { oracle, type OracleTensor } from '../../oracle.ts'

type Tensors = Readonly<Record<string, OracleTensor>>

interface Cubic {
  readonly t0: number
  readonly n: number
  readonly dt: number
  readonly s_i: number
  readonly s_f: number
}
interface SparsityCase extends Cubic {
  readonly name: string
  readonly kind: string
  readonly steps: readonly number[]
  readonly sparsity: readonly number[]
  readonly update_steps: readonly number[]
}
interface TieCase {
  readonly name: string
  readonly kind: string
  readonly scope: 'layer' | 'global'
  readonly density: number
  readonly weights: Tensors
  readonly masks: Tensors
}
interface GroupCase {
  readonly name: string
  readonly method: string
  readonly n: number
  readonly m: number
  readonly weights: OracleTensor
  readonly mask: OracleTensor
}
interface GrowthCase {
  readonly name: string
  readonly method: string
  readonly prune_rate: number
  readonly regrow_just_dropped: 'allowed' | 'excluded'
  readonly weights: Tensors
  readonly momentum: Tensors
  readonly masks_before: Tensors
  readonly masks_after: Tensors
  readonly weights_after: Tensors
}
interface VisitCase {
  readonly name: string
  readonly method: string
  readonly masks: readonly Tensors[]
  readonly rate: readonly number[]
}
interface CostCase {
  readonly name: string
  readonly method: string
  readonly f_D: number
  readonly f_S: number
  readonly delta_T: number
  readonly steps: number
  readonly batch: number
  readonly whole_training: Readonly<Record<'dense' | 'static' | 'set' | 'rigl', number>>
  readonly gmp: { readonly schedule: Cubic; readonly whole_training: number }
  readonly imp: {
    readonly density_per_round: readonly number[]
    readonly steps_per_round: number
    readonly whole_training: number
  }
}

const of = <Case>(file: string, test: (each: { kind?: string; method?: string }) => boolean): Case[] =>
  oracle<{ cases: { kind?: string; method?: string }[] }>(file).cases.filter(test) as Case[]

const { dynamic } = runSpecSchema.parse({})
const NOW = { step: 1, steps: 10, fraction: 0, remaining: 0, last: false }

function layerOf(name: string, weights: OracleTensor, mask: readonly number[], to = 1): PrunedLayer {
  return {
    parameter: {
      name,
      layer: name,
      role: 'kernel',
      shape: weights.shape,
      maskable: true,
      trainable: true,
      depthwise: false,
    },
    weights: Float64Array.from(weights.data),
    mask: Uint8Array.from(mask),
    gradient: null,
    from: 1,
    to,
  }
}

function masksOf(method: string, layers: readonly PrunedLayer[], now = NOW, settings = dynamic): number[][] {
  const updates = maskMethod(method)?.(layers, now, settings, Stream.root(1)) ?? []
  return updates.map(({ mask }) => [...mask])
}

it.each(of<SparsityCase>('pruning_schedules', ({ kind }) => kind === 'sparsity'))(
  '$name is the oracle’s sparsity at every step',
  (given) => {
    const { s_i: first, s_f: last, steps } = given
    steps.forEach((step, k) => {
      expect(last + (first - last) * cubicRemainder(step, given)).toBeCloseTo(given.sparsity[k], 9)
    })
    const end = given.update_steps[given.update_steps.length - 1] + 3 * given.dt
    const updates = Array.from({ length: end }, (_, step) => step).filter((step) => prunesAt(step, given))
    expect(updates).toEqual([...given.update_steps])
  },
)

it.each(of<TieCase>('pruning_schedules', ({ kind }) => kind === 'mask'))(
  '$name keeps earlier layers and lower indices of equal weights',
  ({ weights, masks, density, scope }) => {
    const layers = Object.entries(weights).map(([name, tensor]) =>
      layerOf(name, tensor, new Array<number>(tensor.data.length).fill(1), density),
    )
    const settings = {
      ...dynamic,
      scope: scope === 'global' ? ('global' as const) : ('distribution' as const),
    }
    expect(masksOf('gmp', layers, NOW, settings)).toEqual(Object.values(masks).map(({ data }) => [...data]))
  },
)

describe('N:M', () => {
  it.each(of<GroupCase>('learned_masks', ({ method }) => method === 'nm-mask'))(
    '$name keeps n of each m inputs',
    ({ weights, mask, n, m }) => {
      expect([...nmMask(Float64Array.from(weights.data), weights.shape, n, m)]).toEqual([...mask.data])
    },
  )

  it('leaves layers dense whose inputs the groups do not fill', () => {
    const weights = { shape: [6, 3], data: Array.from({ length: 18 }, (_, k) => k) }
    const [mask] = masksOf('nm', [layerOf('odd', weights, new Array<number>(18).fill(1))])
    expect(mask.every((bit) => bit === 1)).toBe(true)
  })
})

describe('SNFS', () => {
  it.each(of<GrowthCase>('growth', ({ method }) => method === 'snfs'))(
    '$name drops, shares and grows as the oracle does',
    (given) => {
      const layers = Object.keys(given.weights).map((name) => ({
        ...layerOf(name, given.weights[name], given.masks_before[name].data),
        gradient: Float64Array.from(given.momentum[name].data),
      }))
      const now = { ...NOW, fraction: given.prune_rate }
      const settings = { ...dynamic, regrow: given.regrow_just_dropped }
      const updates = maskMethod('snfs')?.(layers, now, settings, Stream.root(1)) ?? []
      updates.forEach(({ mask, activated }, k) => {
        const { name } = layers[k].parameter
        expect([...mask], name).toEqual([...given.masks_after[name].data])
        const fresh = new Set(activated)
        const weights = given.weights[name].data.map((value, i) =>
          mask[i] === 1 && !fresh.has(i) ? value : 0,
        )
        expect(weights).toEqual([...given.weights_after[name].data])
      })
    },
  )

  it('shares whole things by the largest remainder, within caps', () => {
    expect(apportion([1, 1, 1], 5, [9, 9, 9])).toEqual([2, 2, 1])
    expect(apportion([0, 0], 3, [9, 9])).toEqual([2, 1])
    expect(apportion([8, 1, 1], 10, [3, 9, 9])).toEqual([3, 4, 3])
    expect(() => apportion([1], 2, [1])).toThrow(RangeError)
  })
})

it.each(of<VisitCase>('growth', ({ method }) => method === 'itop'))(
  '$name: the exploration rate counts every weight once',
  ({ masks, rate }) => {
    const exploration = new Exploration()
    masks.forEach((each, k) => {
      for (const [name, { data }] of Object.entries(each))
        exploration.see(name, () => Uint8Array.from(data), null)
      expect(exploration.rate).toBeCloseTo(rate[k], 9)
    })
    const again = new Exploration()
    again.restore(new Map(exploration.memory()))
    expect(again.rate).toBe(exploration.rate)
  },
)

describe('training cost', () => {
  it.each(of<CostCase>('growth', ({ method }) => method === 'cost'))('$name is the oracle’s', (given) => {
    const { f_D: dense, f_S: sparse, steps, batch, whole_training: whole } = given
    const near = (got: number, wanted: number): void => expect(Math.abs(got / wanted - 1)).toBeLessThan(1e-9)
    const examples = steps * batch
    // Half of what is planned for a layer of f_D entries, which has 2·f_D operations.
    const graph = perceptron([dense, 1], 'linear')
    const planned = (method: string, density: number, taken = steps): number => {
      const spec = parseSpec({
        dynamic: { method, interval: given.delta_T, until: 1 },
        training: { batchSize: batch },
      })
      const rounds = [{ start: 0, steps: taken, scheduleStart: 0 }]
      return plannedOperations({ spec, graph, targets: null, densities: [density] })(rounds) / 2
    }
    near(planned('none', 1), whole.dense)
    near(planned('none', sparse / dense), whole.static)
    near(planned('set', sparse / dense), whole.set)
    // From update to update: the literature's ΔT + 1 steps, of which one is the gradient.
    const interval = [3, 2].map((times) => planned('rigl', sparse / dense, times * given.delta_T))
    near(((interval[0] - interval[1]) / batch / (given.delta_T + 1)) * examples, whole.rigl)
    const kept = { forward: sparse, updated: sparse, dense, weightGradient: 'kept' } as const
    near(stepOperations(kept) * examples, whole.set)
    const { schedule } = given.gmp
    const { t0, n, dt, s_i, s_f } = schedule
    const densityAt = (step: number): number => 1 - (s_f + (s_i - s_f) * cubicRemainder(step, schedule))
    const pieces = Array.from({ length: n + 1 }, (_, k) => ({
      steps: k < n ? dt : steps - t0 - n * dt,
      forward: dense * densityAt(t0 + k * dt),
    }))
    near(piecewiseOperations([{ steps: t0, forward: dense }, ...pieces], batch), given.gmp.whole_training)
    const rounds = given.imp.density_per_round.map((density) => ({
      steps: given.imp.steps_per_round,
      forward: dense * density,
    }))
    near(piecewiseOperations(rounds, batch), given.imp.whole_training)
  })
})

it('IMP takes a fifth of what is left, and ends at the density', () => {
  const weights = { shape: [20, 5], data: Array.from({ length: 100 }, (_, k) => k + 1) }
  const first = layerOf('one', weights, new Array<number>(100).fill(1), 0.55)
  const settings = { ...dynamic, pruneFraction: 0.2 }
  const [mask] = masksOf('imp', [first], NOW, settings)
  expect(countOnes(Uint8Array.from(mask))).toBe(80)
  expect(mask.slice(0, 20).every((bit) => bit === 0)).toBe(true)
  const [next] = masksOf('imp', [{ ...first, mask: Uint8Array.from(mask) }], { ...NOW, last: true }, settings)
  expect(countOnes(Uint8Array.from(next))).toBe(55)
})
