/**
 * What a training costs by formula, with every number written out: of a perceptron 6 → 4 → 3, whose kernels
 * have 24 and 12 entries, so that f_D = 72 operations, in 20 steps of 10 examples.
 */
import { describe, expect, it } from 'vitest'
import { OperationCounter } from '../../../src/engine/train/operations.ts'
import type { LayerGraph } from '../../../src/shared/graph/types.ts'
import { plannedOperations } from '../../../src/shared/planning/operations.ts'
import { roundsOf } from '../../../src/shared/planning/rounds.ts'
import { parseSpec } from '../../../src/shared/spec/parse.ts'

const dense = (name: string, units: number, input: string) =>
  ({ kind: 'dense', units, bias: true, maskable: true, name, inputs: [input] }) as const
const graph: LayerGraph = {
  name: 'perceptron',
  nodes: [
    { kind: 'input', shape: [6], name: 'input', inputs: [] },
    dense('w1', 4, 'input'),
    { kind: 'activation', activation: 'relu', name: 'a1', inputs: ['w1'] },
    dense('w2', 3, 'a1'),
  ],
  output: 'w2',
  classes: 3,
}

const specOf = (dynamic: object) =>
  parseSpec({
    sparsity: { density: 0.5, distribution: 'uniform' },
    dynamic: { interval: 5, ...dynamic },
    training: { batchSize: 10 },
  })

/** Operations of so many steps: densities that training begins with, and those that pruning goes between. */
function planned(
  dynamic: object,
  { steps = 20, densities = [0.5, 0.5], from }: { steps?: number; densities?: number[]; from?: number } = {},
): number {
  const spec = specOf(dynamic)
  const targets = from === undefined ? null : { from: [from, from], to: [0.5, 0.5] }
  return plannedOperations({ spec, graph, targets, densities })(roundsOf(spec, steps))
}

describe('the cost of training', () => {
  it('is 3·f_S a step and example with fixed masks, under SET, and at every density', () => {
    expect(planned({})).toBe(3 * 36 * 200)
    expect(planned({ method: 'set' })).toBe(3 * 36 * 200)
    expect(planned({}, { densities: [1, 1] })).toBe(3 * 72 * 200)
    // A quarter of 24 entries and half of 12.
    expect(planned({}, { densities: [0.25, 0.5] })).toBe(3 * (12 + 12) * 200)
  })

  it('is 2·f_S + f_D more an example for each gradient of all weights that RigL takes', () => {
    // Updates after 5 and 10 steps: 15 is not before .75 of 20.
    expect(planned({ method: 'rigl' })).toBe(3 * 36 * 200 + 2 * (2 * 36 + 72) * 10)
    // At density 1 such a gradient costs what a step does.
    expect(planned({ method: 'rigl' }, { densities: [1, 1] })).toBe(3 * 72 * (200 + 2 * 10))
  })

  it('of RigL is the literature’s, whose dense gradient stands in the place of one step in ΔT + 1', () => {
    // From update to update: 5 steps of 3·36 and a gradient of 2·36 + 72, 684 an example.
    const interval =
      (planned({ method: 'rigl', until: 1 }) - planned({ method: 'rigl', until: 1 }, { steps: 15 })) / 10
    expect(interval).toBe(684)
    // (3·f_S·ΔT + 2·f_S + f_D)/(ΔT + 1) a step of the literature's, (…)/ΔT of the bench's.
    expect(interval / 6).toBe((3 * 36 * 5 + 2 * 36 + 72) / 6)
    expect(interval / 6).toBe(114)
    expect(interval / 5).toBe(136.8)
  })

  it('of GMP is the sum over its steps at the densities of the cubic schedule', () => {
    // Updates after 0, 5, 10 and 15 steps keep 1, 1/2 + 4/27, 1/2 + 1/54 and 1/2 of 72 operations.
    const forward = [72, 36 + (36 * 8) / 27, 36 + 36 / 27, 36]
    const steps = forward.reduce((sum, each) => sum + 3 * each * 5 * 10, 0)
    expect(steps).toBeCloseTo(28_800, 6)
    expect(planned({ method: 'gmp' }, { from: 1, densities: [1, 1] })).toBeCloseTo(28_800, 6)
    // GraNet takes a gradient at each, under the masks before it: 2·(72 + 72 + 46⅔ + 37⅓) + 4·72 = 744.
    expect(planned({ method: 'granet' }, { from: 1, densities: [1, 1] })).toBeCloseTo(28_800 + 7440, 6)
  })

  it('of rounds is the sum over what each keeps', () => {
    // Of 36 weights ⌊kept/5⌋ go: 29, 24, 20, and the last round trains at half of them, 18.
    expect(planned({ method: 'imp' }, { from: 1, steps: 4 })).toBeCloseTo(
      3 * 2 * (36 + 29 + 24 + 20 + 18) * 4 * 10,
      6,
    )
    expect(planned({ method: 'one-shot', fineTune: 0.5 }, { from: 1 })).toBe(3 * (72 * 200 + 36 * 100))
  })

  it('is 2·f + f_D where a step’s gradient reaches all weights, 2·f_A + f_B under a backward mask', () => {
    expect(planned({ method: 'snfs' })).toBe((2 * 36 + 72) * 200)
    expect(planned({ method: 'ste' }, { from: 1 })).toBe((2 * 36 + 72) * 200)
    // .6 of the weights are updated.
    expect(planned({ method: 'top-kast' }, { from: 1 })).toBeCloseTo((2 * 36 + 43.2) * 200, 6)
  })

  it('of N:M keeps layers dense whose inputs the groups do not fill', () => {
    // 4 does not divide 6 inputs; of the second layer half is kept.
    expect(planned({ method: 'nm' }, { from: 1 })).toBe(3 * (48 + 12) * 200)
  })
})

it('a run counts the same from the masks that its steps have', () => {
  const counts = (kept: number, updated = kept) => [
    { name: 'w1.kernel', kept: 2 * kept, updated: 2 * updated },
    { name: 'w2.kernel', kept, updated },
  ]
  const counter = new OperationCounter(specOf({ method: 'rigl' }), graph)
  counter.set(counts(6))
  counter.add(20)
  expect(counter.total).toBe(3 * 36 * 200)
  counter.addGradients()
  expect(counter.total).toBe(3 * 36 * 200 + (2 * 36 + 72) * 10)
  counter.set(counts(3))
  counter.add(1)
  expect(counter.total).toBe(3 * 36 * 200 + (2 * 36 + 72) * 10 + 3 * 18 * 10)
  const forward = new OperationCounter(specOf({ method: 'top-kast' }), graph)
  forward.set(counts(6, 8))
  forward.add(2)
  expect(forward.total).toBe((2 * 36 + 48) * 20)
})
