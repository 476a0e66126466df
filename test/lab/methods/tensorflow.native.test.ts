/** Own methods of each kind in runs on TensorFlow. */
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { EXAMPLES } from '../../engine/own/support.ts'
import { NamedMasks } from './masks.ts'
import { BASE, forgetMadeData, lab, LONG, run, study, useMadeData } from './support.ts'

beforeEach(useMadeData)
afterEach(forgetMadeData)

it(
  'a scheme, a distribution and a dynamic method of one’s own train on TensorFlow',
  async () => {
    const opened = await lab()
    for (const name of ['fan-in-normal.ts', 'my-snip.mjs', 'gradual-pruning.mjs'])
      await opened.call('methods/add', { file: join(EXAMPLES, name) })
    const wanted = study(
      [
        { label: 'built in', set: { 'sparsity.distribution': 'snip' } },
        { label: 'own distribution', set: { 'sparsity.distribution': 'own:my-snip-js' } },
        {
          label: 'all own',
          set: {
            'initialization.scheme': 'own:fan-in-normal-ts',
            'sparsity.distribution': 'own:my-snip-js',
            'dynamic.method': 'own:gradual-pruning',
            'dynamic.settings.final': 0.1,
            'dynamic.settings.end': 0.5,
          },
        },
      ],
      { dynamic: { interval: 1, until: 1 }, training: { ...BASE.training, epochs: 2 } },
    )
    const [builtIn, own, all] = await run(opened, wanted, 'tensorflow')
    expect([builtIn, own, all].map(({ error }) => error?.message ?? null)).toEqual([null, null, null])
    expect([builtIn, own, all].map(({ backend }) => backend)).toEqual([
      'tensorflow',
      'tensorflow',
      'tensorflow',
    ])
    // SNIP of one's own gives SNIP's masks, and Base's weights on them train to the very same numbers.
    expect(own.last['test.loss']).toBe(builtIn.last['test.loss'])
    const masks = await NamedMasks.of(opened, all.id)
    expect(masks.density).toBeCloseTo(0.1, 2)
    expect(masks.strayWeights).toBe(0)
  },
  LONG,
)
