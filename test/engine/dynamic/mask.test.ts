import { expect, test } from 'vitest'
import { maskMethod, type MaskUpdate, type PrunedLayer } from '../../../src/engine/dynamic/index.ts'
import { runSpecSchema, type RunSpecInput } from '../../../src/shared/spec/schema.ts'
import { largestOthers } from '../../../src/engine/linalg/largest-others.ts'
import { applyUpdate, updateMask } from '../../../src/engine/dynamic/mask.ts'
import { dropFraction, updatesAt } from '../../../src/shared/planning/schedule.ts'
import { countOnes } from '../../../src/engine/initialization/masks.ts'
import { Stream } from '../../../src/engine/rng.ts'
import { oracle } from '../../oracle.ts'
import type { OracleTensor } from '../../oracle.ts'

const LAYER = {
  parameter: {
    name: 'kernel',
    layer: 'layer',
    role: 'kernel',
    shape: [8, 5],
    maskable: true,
    trainable: true,
    depthwise: false,
  },
  from: 1,
  to: 1,
} as const

/** The update of one layer by the built-in method of a name; SET draws by the layer's own stream. */
function updateOf(
  name: string,
  layer: PrunedLayer,
  fraction: number,
  stream: Stream,
  dynamic: RunSpecInput['dynamic'] = {},
): MaskUpdate {
  const now = { step: 1, steps: 10, fraction, remaining: 0, last: false }
  const updates = maskMethod(name)?.([layer], now, runSpecSchema.parse({ dynamic }).dynamic, stream)
  if (!updates) throw new Error(`no method ${name}`)
  return updates[0]
}

interface Result {
  readonly n_drop: number
  readonly dropped: readonly number[]
  readonly grown: readonly number[]
  readonly newly_activated: readonly number[]
  readonly new_mask: OracleTensor
  readonly new_weights: OracleTensor
  readonly new_momentum: OracleTensor
}
interface Case {
  readonly name: string
  readonly alpha: number
  readonly step: number
  readonly T_end: number
  readonly drop_fraction: number
  readonly weights: OracleTensor
  readonly mask: OracleTensor
  readonly dense_grad: OracleTensor
  readonly momentum: OracleTensor
  readonly set_grow_scores: OracleTensor
  readonly results: Readonly<Record<'rigl_floor' | 'set_floor' | 'rigl_ceil' | 'set_ceil', Result>>
}
interface File {
  readonly cases: readonly Case[]
  readonly drop_fraction_schedules: readonly {
    readonly alpha: number
    readonly T_end: number
    readonly eta_min: number
    readonly t: readonly number[]
    readonly fraction: readonly number[]
  }[]
}
const { cases, drop_fraction_schedules: schedules } = oracle<File>('rigl_set')

test.each(cases)('$name: drop and grow are the oracle’s, exactly', (one) => {
  const fraction = dropFraction(one.alpha, one.step, one.T_end)
  expect(fraction).toBeCloseTo(one.drop_fraction, 10)
  for (const [name, expected] of Object.entries(one.results)) {
    const weights = Float64Array.from(one.weights.data)
    const momentum = Float64Array.from(one.momentum.data)
    const mask = Uint8Array.from(one.mask.data)
    const scores = Float64Array.from(name.startsWith('rigl') ? one.dense_grad.data : one.set_grow_scores.data)
    const update = updateMask(
      { weights, mask },
      fraction,
      (kept, count) => largestOthers(scores, kept, count),
      name.endsWith('floor') ? 'down' : 'up',
    )
    expect([...update.dropped]).toEqual([...expected.dropped].sort((a, b) => a - b))
    expect([...update.grown]).toEqual([...expected.grown].sort((a, b) => a - b))
    expect([...update.activated]).toEqual([...expected.newly_activated].sort((a, b) => a - b))
    expect([...update.mask]).toEqual([...expected.new_mask.data])
    applyUpdate(update, weights, momentum)
    expect([...weights]).toEqual([...expected.new_weights.data])
    expect([...momentum]).toEqual([...expected.new_momentum.data])
    if (name === 'rigl_floor') {
      const layer = { ...LAYER, weights: Float64Array.from(one.weights.data), mask, gradient: scores }
      expect(updateOf('rigl', layer, fraction, Stream.root(1))).toEqual(update)
    }
  }
})

test('drop fractions follow the oracle’s cosine', () => {
  for (const { alpha, T_end: end, eta_min: minimum, t, fraction } of schedules) {
    t.forEach((step, k) => expect(dropFraction(alpha, step, end, minimum)).toBeCloseTo(fraction[k], 11))
  }
})

test('SET keeps the count, keeps the largest, and grows uniformly over what was not kept', () => {
  const draw = Stream.root(2)
  const weights = Float64Array.from({ length: 40 }, (_, k) => (k < 20 ? 1 + k : 0))
  const mask = Uint8Array.from({ length: 40 }, (_, k) => (k < 20 ? 1 : 0))
  const hits = new Float64Array(40)
  for (let round = 0; round < 3000; round++) {
    const layer = { ...LAYER, weights, mask, gradient: null }
    const update = updateOf('set', layer, 0.5, draw.split('grow', round))
    expect(countOnes(update.mask)).toBe(20)
    update.mask.forEach((bit, k) => {
      hits[k] += bit / 3000
    })
  }
  hits.forEach((share, k) => expect(Math.abs(share - (k >= 10 && k < 20 ? 1 : 1 / 3))).toBeLessThan(0.035))
})

test('SET with Bernoulli growth: each masked weight by itself, as many as fell in the mean', () => {
  const draw = Stream.root(3)
  const weights = Float64Array.from({ length: 60 }, (_, k) => (k < 20 ? 1 + k : 0))
  const mask = Uint8Array.from({ length: 60 }, (_, k) => (k < 20 ? 1 : 0))
  const hits = new Float64Array(60)
  const counts: number[] = []
  for (let round = 0; round < 3000; round++) {
    const layer = { ...LAYER, weights, mask, gradient: null }
    const update = updateOf('set', layer, 0.5, draw.split('grow', round), { growth: 'bernoulli' })
    counts.push(update.grown.length)
    update.mask.forEach((bit, k) => {
      hits[k] += bit / 3000
    })
  }
  // Ten fell, and fifty entries grow with 1/5 each: binomial of mean 10 and variance 8.
  const mean = counts.reduce((sum, count) => sum + count, 0) / 3000
  const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / 2999
  expect(Math.abs(mean - 10)).toBeLessThan(5 * Math.sqrt(8 / 3000))
  expect(Math.abs(variance / 8 - 1)).toBeLessThan(0.15)
  hits.forEach((share, k) => expect(Math.abs(share - (k >= 10 && k < 20 ? 1 : 1 / 5))).toBeLessThan(0.035))
})

test('the count that falls is rounded up where asked', () => {
  const layer = {
    ...LAYER,
    weights: new Float64Array(10).fill(1),
    mask: new Uint8Array(10).fill(1),
    gradient: null,
  }
  const fell = (dropRounding: 'down' | 'up') =>
    updateOf('set', layer, 0.31, Stream.root(1), { dropRounding }).dropped.length
  expect([fell('down'), fell('up')]).toEqual([3, 4])
})

test('updates happen at multiples of the interval, until the fraction of training', () => {
  const settings = { method: 'rigl', interval: 10, fraction: 0.3, until: 0.5 } as const
  const steps = Array.from({ length: 101 }, (_, k) => k).filter((step) => updatesAt(settings, step, 100))
  expect(steps).toEqual([10, 20, 30, 40])
  expect(updatesAt({ ...settings, method: 'none' }, 10, 100)).toBe(false)
})

test.each(['set', 'rigl', 'gmp', 'granet', 'snfs', 'imp'])(
  '%s says of each entry that is on which it was before, or that it begins at 0',
  (name) => {
    for (let seed = 1; seed <= 40; seed++) {
      const stream = Stream.root(seed)
      const [rows, columns] = [3 + stream.integer(9), 3 + stream.integer(9)]
      const drawn = (): Float32Array => Float32Array.from({ length: rows * columns }, () => stream.normal())
      const mask = Uint8Array.from({ length: rows * columns }, () => Number(stream.uniform() < 0.4))
      const weights = drawn().map((weight, entry) => weight * mask[entry])
      const layer = { ...LAYER, weights, mask, gradient: drawn(), from: 0.5, to: 0.2 }
      const update = updateOf(name, layer, 0.4, stream)
      const { on, origin } = update
      expect([...(on ?? [])]).toEqual([...update.mask.keys()].filter((entry) => update.mask[entry] === 1))
      const before = [...mask.keys()].filter((entry) => mask[entry] === 1)
      const expected = [...(on ?? [])].map((entry) =>
        update.activated.includes(entry) ? -1 : before.indexOf(entry),
      )
      expect([...(origin ?? [])]).toEqual(expected)
    }
  },
)
