/** Every method whose masks change, as whole runs: exact masks, exact resume, metrics and events. */
import { describe, expect, it } from 'vitest'
import { openBackend } from '../../../src/engine/backend/index.ts'
import type { Backend } from '../../../src/engine/program/backend.ts'
import { decodeCheckpoint, encodeCheckpoint } from '../../../src/engine/train/checkpoint.ts'
import { trainRun } from '../../../src/engine/train/loop.ts'
import { runSpecSchema, type RunSpecInput } from '../../../src/shared/spec/schema.ts'
import { madeDataset } from '../../fakes/made-dataset.ts'
import { recorder, type Recorder } from '../../fakes/recorder.ts'

type Dynamic = NonNullable<RunSpecInput['dynamic']>

const reference = await openBackend('reference')
const sparse = await openBackend('sparse')

/** A little convolutional network; 9 steps an epoch. */
const base = {
  model: { depth: 2, width: 12 },
  sparsity: { density: 0.2, distribution: 'erk' },
  training: { epochs: 2, batchSize: 20, learningRate: 0.05, weightDecay: 1e-3 },
} satisfies RunSpecInput

const METHODS: Readonly<Record<string, Dynamic>> = {
  set: { method: 'set', interval: 4 },
  rigl: { method: 'rigl', interval: 4 },
  gmp: { method: 'gmp', interval: 3, scope: 'distribution' },
  granet: { method: 'granet', interval: 3, startDensity: 0.6 },
  snfs: { method: 'snfs', interval: 4 },
  'one-shot': { method: 'one-shot', fineTune: 0.5 },
  imp: { method: 'imp', pruneFraction: 0.6, rewindStep: 3 },
  nm: { method: 'nm' },
  ste: { method: 'ste' },
  'top-kast': { method: 'top-kast', refresh: 2 },
  'sr-ste': { method: 'sr-ste', refresh: 3 },
}
const FORWARD = ['ste', 'top-kast', 'sr-ste']

async function train(
  dynamic: Dynamic,
  callbacks: Recorder,
  backend: Backend,
  resumeFrom: Uint8Array | null = null,
  over: RunSpecInput = {},
) {
  return trainRun({
    spec: runSpecSchema.parse({ ...base, ...over, dynamic }),
    backend: reference,
    trainer: { backends: [backend] },
    dataset: madeDataset(),
    callbacks,
    resumeFrom: resumeFrom ? decodeCheckpoint(resumeFrom) : null,
  })
}

const cases = Object.entries(METHODS).flatMap(([name, dynamic]) =>
  [reference, sparse]
    .filter((backend) => backend === reference || !FORWARD.includes(name))
    .map((backend) => ({ name, dynamic, backend, on: backend.name })),
)

const pointsOf = ({ points }: Recorder, name: string): number[] =>
  points.filter((point) => point.phase === 'train' && point.name === name).map(({ value }) => value)

describe.each(cases)('$name on $on', ({ name, dynamic, backend }) => {
  it('goes on from any checkpoint bit for bit, and ends with exact masks', async () => {
    const whole = recorder(undefined, () => true)
    const { outcome, step: end } = await train(dynamic, whole, backend)
    expect(outcome).toBe('finished')
    for (const at of [3, Math.floor(end * 0.6), end - 1]) {
      const stored = whole.checkpoints.find(({ step }) => step === at)
      if (!stored) throw new Error(`no checkpoint of step ${at}`)
      const rest = recorder(undefined, () => true)
      await train(dynamic, rest, backend, encodeCheckpoint(stored))
      expect(rest.points).toEqual(
        whole.points.filter(({ step, phase }) => step > at && phase !== 'initialization'),
      )
      expect(rest.checkpoints.at(-1)).toEqual(whole.checkpoints.at(-1))
    }
    const last = whole.checkpoints.at(-1)
    let [kept, entries] = [0, 0]
    for (const [variable, mask] of last?.variables ?? []) {
      if (!variable.startsWith('mask:')) continue
      const weights = last?.variables.get(variable.slice(5))
      mask.forEach((on, k) => {
        if (on === 0) expect(weights?.[k]).toBe(0)
      })
      for (const on of mask) kept += on
      entries += mask.length
    }
    // Groups of four fill the hidden kernels and the classifier’s, 2 of 4 each.
    const wanted = name === 'nm' || name === 'sr-ste' ? 0.5 : 0.2
    expect(Math.abs(kept / entries - wanted)).toBeLessThan(0.004)
    expect(pointsOf(whole, 'density').at(-1) ?? kept / entries).toBeCloseTo(kept / entries, 12)
    const rates = pointsOf(whole, 'exploration')
    expect(rates.length).toBeGreaterThan(0)
    rates.forEach((rate, k) => expect(rate).toBeGreaterThanOrEqual(k === 0 ? 0.1 : rates[k - 1]))
    // By formula before the first step, and counted: a few hundred weights, whose counts are whole.
    const counted = pointsOf(whole, 'operations').at(-1) ?? 0
    const planned = whole.points.find((point) => point.name === 'training-operations')?.value ?? 0
    expect(Math.abs(counted / planned - 1)).toBeLessThan(0.01)
  })
})

it('begins dense where it prunes, and says how many operations the masks took', async () => {
  const [dense, pruned] = [recorder(), recorder()]
  await train({ method: 'none' }, dense, sparse, null, { sparsity: { density: 1, distribution: 'dense' } })
  await train({ method: 'gmp', interval: 3, until: 0.5 }, pruned, sparse)
  const formula = dense.points.find(({ name }) => name === 'training-operations')?.value ?? NaN
  const first = pruned.points.find(({ name, phase }) => name === 'density' && phase === 'initialization')
  expect(first?.value).toBe(1)
  const counted = pointsOf(pruned, 'operations')
  // Two epochs; in the first the masks go from 1 to 0.2, in the second they stay.
  expect(counted.length).toBe(2)
  expect((counted[1] - counted[0]) / (formula / 2)).toBeGreaterThan(0.15)
  expect((counted[1] - counted[0]) / (formula / 2)).toBeLessThan(0.3)
  expect(counted[0] / (formula / 2)).toBeGreaterThan(0.4)
})

it('counts an unmasked network’s rounds at their densities: IMP by formula', async () => {
  const run = recorder()
  await train({ method: 'imp', pruneFraction: 0.6 }, run, sparse)
  expect(pointsOf(run, 'round')).toEqual([1, 2, 3])
  const densities = pointsOf(run, 'round-density')
  expect(densities[0]).toBe(1)
  expect(densities[1]).toBeCloseTo(0.4, 2)
  expect(densities[2]).toBeCloseTo(0.2, 2)
  const accuracies = run.points.filter(
    ({ phase, name, step }) => phase === 'test' && name === 'accuracy' && step > 0,
  )
  expect(accuracies.map(({ step }) => step)).toEqual([9, 18, 27, 36, 45, 54])
})

it('tells layers that are left without a weight, once', async () => {
  const run = recorder()
  const over = { model: { depth: 6, width: 12 }, sparsity: { density: 0.004 } }
  await train({ method: 'gmp', interval: 2 }, run, sparse, null, over)
  const told = run.messages.filter((message) => message.startsWith('Layer collapse'))
  expect(told.length).toBeGreaterThan(0)
  expect(new Set(told).size).toBe(told.length)
})

it('tells what N:M leaves dense, and the density that is reached', async () => {
  const run = recorder()
  await train({ method: 'nm', groupSize: 8, groupKept: 2 }, run, sparse)
  // 36 inputs and 12 units: groups of 8 fill none of the three kernels.
  expect(
    run.messages.filter((message) => message.startsWith('2:8 leaves 3 of 3 kernels dense')),
  ).toHaveLength(1)
  const some = recorder()
  await train({ method: 'nm', groupSize: 9, groupKept: 3 }, some, sparse)
  const [told] = some.messages.filter((message) => message.startsWith('3:9 leaves 2 of 3 kernels dense'))
  const density = pointsOf(some, 'density').at(-1) ?? NaN
  expect(told).toContain(`the density of all is ${density.toPrecision(3)}, not 0.333`)
  const notes = some.reports.map((report) => report.notes.join())
  expect(notes[0]).toBe('')
  expect(notes[1]).toMatch(/stays dense: groups of 9 do not fill its 12 inputs/)
})

it('refuses before the start what the sparse backend cannot train', async () => {
  const run = train({ method: 'ste' }, recorder(), sparse)
  await expect(run).rejects.toThrow(/keeps no weights outside the mask/)
})

it('says what a rewinding past the end may be', async () => {
  const run = train({ method: 'imp', rewindStep: 18 }, recorder(), sparse)
  await expect(run).rejects.toThrow(/dynamic.rewindStep: 18 .* allowed are 0 to 17/)
})
