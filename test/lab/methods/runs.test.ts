/** Own methods in real runs: on every backend, from their settings, and in every way that they can fail. */
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { RunRow } from '../../../src/shared/contract/lab.ts'
import { EXAMPLES, PYTHON } from '../../engine/own/support.ts'
import { BASE, forgetMadeData, lab, LONG, run, study, useMadeData, writeMethod } from './support.ts'

beforeEach(useMadeData)
afterEach(forgetMadeData)

const LANGUAGES = [
  {
    language: 'JavaScript',
    scheme: 'fan-in-normal.ts',
    distribution: 'my-snip.mjs',
    names: ['own:fan-in-normal-ts', 'own:my-snip-js'],
  },
  {
    language: 'Python',
    scheme: 'fan_in_normal.py',
    distribution: 'my_snip.py',
    names: ['own:fan-in-normal', 'own:my-snip'],
  },
]

it.each(LANGUAGES)(
  'train in $language beside what is built in',
  async ({ language, scheme, distribution, names: [ownScheme, ownSnip] }) => {
    if (language === 'Python' && PYTHON === undefined) return
    const opened = await lab()
    for (const name of [scheme, distribution])
      await opened.call('methods/add', { file: join(EXAMPLES, name) })
    const [builtIn, own, both] = await run(
      opened,
      study([
        { label: 'built in', set: { 'sparsity.distribution': 'snip' } },
        { label: 'own distribution', set: { 'sparsity.distribution': ownSnip } },
        { label: 'both', set: { 'initialization.scheme': ownScheme, 'sparsity.distribution': ownSnip } },
      ]),
    )
    expect([builtIn, own, both].map(({ error }) => error?.message ?? null)).toEqual([null, null, null])
    // SNIP of one's own gives SNIP's masks, and Base's weights on them train to the very same numbers.
    expect(own.last['test.loss']).toBe(builtIn.last['test.loss'])
    expect(both.last['test.loss']).not.toBe(builtIn.last['test.loss'])
    const nonzeros = async ({ id }: RunRow) =>
      (await opened.call('runs/get', { id })).layers.map((layer) => layer.nonzeros)
    expect(await nonzeros(both)).toEqual(await nonzeros(builtIn))
  },
  LONG,
)

it.each(['reference', 'sparse'] as const)(
  'move masks in training on %s',
  async (backend) => {
    const opened = await lab()
    await opened.call('methods/add', { file: join(EXAMPLES, 'gradual-pruning.mjs') })
    const dynamic = {
      method: 'own:gradual-pruning',
      interval: 1,
      until: 1,
      settings: { final: 0.05, end: 0.5 },
    }
    const wanted = study([{ label: 'pruned', set: {} }], {
      sparsity: { distribution: 'uniform', density: 0.5 },
      training: { ...BASE.training, epochs: 2 },
      dynamic,
    })
    const [row] = await run(opened, wanted, backend)
    expect(row.error).toBeNull()
    const { NamedMasks } = await import('./masks.ts')
    const masks = await NamedMasks.of(opened, row.id)
    expect(masks.density).toBeCloseTo(0.05, 2)
    expect(masks.strayWeights).toBe(0)
  },
  LONG,
)

it.skipIf(PYTHON === undefined)(
  'grow with gradients on the backend',
  async () => {
    const opened = await lab()
    await opened.call('methods/add', { file: join(EXAMPLES, 'random_rigl.py') })
    const dynamic = { interval: 2, until: 0.9, fraction: 0.3 }
    const wanted = study(
      [
        { label: 'RigL', set: { 'dynamic.method': 'rigl' } },
        { label: 'cold', set: { 'dynamic.method': 'own:random-rigl', 'dynamic.settings.temperature': 0 } },
        { label: 'warm', set: { 'dynamic.method': 'own:random-rigl' } },
      ],
      { dynamic, training: { ...BASE.training, epochs: 2 } },
    )
    const [builtIn, cold, warm] = await run(opened, wanted)
    expect([builtIn, cold, warm].map(({ error }) => error)).toEqual([null, null, null])
    // At temperature 0 it is RigL; the order in which float32 sums are made may differ.
    expect(cold.last['train.loss']).toBeCloseTo(builtIn.last['train.loss'], 4)
    expect(warm.last['train.loss']).not.toBe(builtIn.last['train.loss'])
  },
  LONG,
)

const scheme = (name: string, body: string): string =>
  `export default { kind: 'scheme', name: '${name}', kernel({ layer }) { ${body} } }`

it(
  'fail each with a clear error, and the queue goes on',
  async () => {
    const opened = await lab()
    await opened.call('methods/settings', { seconds: 2 })
    const ones = 'const weight = new Float64Array(layer.entries).fill(0.1);'
    const cases: [string, string, RegExp][] = [
      ['shape', 'return [1, 2, 3]', /the weight of hidden1.kernel has shape \[3\], not \[12, 3072\]/],
      [
        'dense',
        `${ones} return { weight, mask: weight.map(() => 1) }`,
        /keeps 36864 of 36864 weights.*asked were 11059/,
      ],
      ['hangs', 'for (;;);', /kernel took more than the 2 seconds/],
    ]
    for (const [name, body] of cases)
      await opened.call('methods/add', { file: writeMethod(`${name}.mjs`, scheme(name, body)) })
    const points = [...cases.map(([name]) => `own:${name}`), 'base'].map((name) => ({
      label: name,
      set: { 'initialization.scheme': name },
    }))
    const rows = await run(opened, study(points))
    expect(rows.map(({ status }) => status)).toEqual([...cases.map(() => 'failed'), 'finished'])
    for (const [k, [, , message]] of cases.entries()) {
      expect(rows[k].error?.code).toBe('bad-method')
      expect(rows[k].error?.message).toMatch(message)
    }
  },
  LONG,
)

it.skipIf(PYTHON === undefined)(
  'fail where Python or NumPy is gone, and the queue goes on',
  async () => {
    const opened = await lab()
    await opened.call('methods/add', { file: join(EXAMPLES, 'fan_in_normal.py') })
    await opened.call('methods/settings', { python: 'no-such-python' })
    const rows = await run(
      opened,
      study([
        { label: 'own', set: { 'initialization.scheme': 'own:fan-in-normal' } },
        { label: 'base', set: {} },
      ]),
    )
    expect(rows.map(({ status }) => status)).toEqual(['failed', 'finished'])
    expect(rows[0].error).toMatchObject({ code: 'unavailable' })
    expect(rows[0].error?.message).toContain('there is no no-such-python')
  },
  LONG,
)

it(
  'are drawn in the Initialization lab and described on the Model page',
  async () => {
    const opened = await lab()
    await opened.call('methods/add', { file: join(EXAMPLES, 'fan-in-normal.ts') })
    await opened.call('methods/add', { file: join(EXAMPLES, 'my-snip.mjs') })
    const drawn = async (gain: number) => {
      const scheme = 'own:fan-in-normal-ts' as const
      const draw = { shape: [40, 30], density: 0.2, settings: { scheme, settings: { gain } } }
      return (await opened.call('laboratory/draw', { draw })).report
    }
    const [narrow, wide] = [await drawn(1), await drawn(2)]
    expect(narrow).toMatchObject({ nonzeros: 240, densityAsked: 0.2 })
    expect(wide.singularMax).toBeCloseTo(2 * (narrow.singularMax ?? 0), 10)
    const spec = { ...BASE, sparsity: { distribution: 'own:my-snip-js', density: 0.1 } }
    const model = await opened.call('model/show', { spec })
    expect(model.density).toBeCloseTo(0.1, 4)
  },
  LONG,
)
