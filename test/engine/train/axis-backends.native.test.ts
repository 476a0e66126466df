/** Every method whose masks change, engine against engine: convolutions with residuals, and attention. */
import { describe, expect, it } from 'vitest'
import { openBackend } from '../../../src/engine/backend/index.ts'
import { trainRun } from '../../../src/engine/train/loop.ts'
import { parseSpec } from '../../../src/shared/spec/parse.ts'
import type { RunSpecInput } from '../../../src/shared/spec/schema.ts'
import { madeDataset } from '../../fakes/made-dataset.ts'
import { recorder, type Recorder } from '../../fakes/recorder.ts'

type Dynamic = NonNullable<RunSpecInput['dynamic']>

/** With tanh: behind dying rectifiers batch norm makes of rounding what is seen after a few steps. */
const RESNET = {
  model: { name: 'resnet', depth: 20, widthMultiplier: 0.5, activation: 'tanh' },
  side: 8,
} as const
const DEIT = {
  model: { name: 'deit-tiny', widthMultiplier: 0.3, depthMultiplier: 0.1 },
  side: 16,
} as const

const METHODS: Readonly<Record<string, Dynamic>> = {
  set: { method: 'set', interval: 2 },
  rigl: { method: 'rigl', interval: 2 },
  gmp: { method: 'gmp', interval: 2 },
  granet: { method: 'granet', interval: 2, startDensity: 0.6 },
  snfs: { method: 'snfs', interval: 2 },
  'one-shot': { method: 'one-shot', fineTune: 0.5 },
  imp: { method: 'imp', pruneFraction: 0.6, rewindStep: 1 },
  nm: { method: 'nm' },
  ste: { method: 'ste' },
  'top-kast': { method: 'top-kast', refresh: 2 },
  'sr-ste': { method: 'sr-ste', refresh: 2 },
}

const [reference, sparse, tensorflow] = await Promise.all(
  ['reference', 'sparse', 'tensorflow'].map(openBackend),
)
/** What the sparse backend does not keep. */
const FORWARD = ['ste', 'top-kast', 'sr-ste']

async function train(
  { model, side }: typeof RESNET | typeof DEIT,
  dynamic: Dynamic,
  backend: typeof reference,
): Promise<Recorder> {
  const callbacks = recorder()
  const spec = parseSpec({
    model,
    sparsity: { density: 0.3, distribution: 'erk' },
    dynamic,
    training: { steps: 5, batchSize: 20, learningRate: 0.01, evaluations: 9 },
  })
  const dataset = madeDataset({ side, channels: 3 })
  const trainer = { backends: [backend] }
  await trainRun({ spec, backend: reference, trainer, dataset, callbacks, resumeFrom: null })
  return callbacks
}

const valuesOf = ({ points }: Recorder, name: string): number[] =>
  points.filter((point) => point.phase === 'train' && point.name === name).map(({ value }) => value)

/** Weights of the masks in the end, and on how many of them two runs do not agree. */
function masksApart(one: Recorder, other: Recorder): { readonly all: number; readonly apart: number } {
  const masks = one.checkpoints.at(-1)?.variables ?? new Map<string, Float32Array>()
  let [all, apart] = [0, 0]
  for (const [name, mask] of masks) {
    if (!name.startsWith('mask:')) continue
    const found = other.checkpoints.at(-1)?.variables.get(name)
    all += mask.length
    for (let k = 0; k < mask.length; k++) apart += mask[k] === found?.[k] ? 0 : 1
  }
  return { all, apart }
}

/** Some methods of each network; with AXIS=all every method on both, which takes minutes. */
const all = Object.keys(METHODS)
const [onResnet, onDeit] = process.env['AXIS'] === 'all' ? [all, all] : [['gmp'], ['sr-ste']]
const CASES = [
  ...onResnet.map((name) => ({ name, network: RESNET, on: 'resnet' })),
  ...onDeit.map((name) => ({ name, network: DEIT, on: 'deit' })),
]

describe.each(CASES)('$name on $on', ({ name, network }) => {
  it('trains on tensorflow as on another backend', async () => {
    // The sparse backend is held against the reference, and quicker.
    const beside = network === RESNET && !FORWARD.includes(name) ? sparse : reference
    const expected = await train(network, METHODS[name], beside)
    const found = await train(network, METHODS[name], tensorflow)
    const losses = valuesOf(expected, 'loss')
    valuesOf(found, 'loss').forEach((loss, k) => expect(Math.abs(loss / losses[k] - 1)).toBeLessThan(1e-4))
    expect(valuesOf(found, 'loss')).toHaveLength(losses.length)
    for (const exact of ['density', 'round-density', 'operations'])
      expect(valuesOf(found, exact)).toEqual(valuesOf(expected, exact))
    const { all, apart } = masksApart(expected, found)
    expect(all).toBeGreaterThan(1000)
    expect(apart / all).toBeLessThan(0.005)
  })
})
