/** The examples do what they say: their checks pass, and they equal what the bench has built in. */
import { readdirSync } from 'node:fs'
import { expect, it } from 'vitest'
import { checkMethod } from '../../../src/engine/own/check.ts'
import { ownDistribution } from '../../../src/engine/own/distribution.ts'
import { ownUpdate } from '../../../src/engine/own/dynamic.ts'
import type { OwnMethod } from '../../../src/engine/own/method.ts'
import { ownKernel } from '../../../src/engine/own/scheme.ts'
import { referenceBackend } from '../../../src/engine/backend/reference/index.ts'
import { densities } from '../../../src/engine/density/index.ts'
import { largest } from '../../../src/engine/linalg/largest.ts'
import { syntheticScores } from '../../../src/engine/train/synthetic-scores.ts'
import { countOnes, randomMask } from '../../../src/engine/initialization/masks.ts'
import { drawnParameter } from '../../../src/engine/laboratory/draw.ts'
import { Stream } from '../../../src/engine/rng.ts'
import { parametersOf } from '../../../src/shared/graph/parameters.ts'
import { parseSpec } from '../../../src/shared/spec/parse.ts'
import { buildModel } from '../../../src/shared/zoo/index.ts'
import { EXAMPLES, openExample, PYTHON } from './support.ts'

const skipped = (name: string): boolean => name.endsWith('.py') && PYTHON === undefined
const NAMES = readdirSync(EXAMPLES).filter((name) => /\.(py|mjs|ts)$/.test(name) && !name.endsWith('.d.ts'))

const tools = { now: () => 0, scores: syntheticScores(referenceBackend) }

it.each(NAMES)('%s passes its check', async (name) => {
  if (skipped(name)) return
  const rows = await checkMethod(await openExample(name), tools)
  expect(rows.map(({ problem }) => problem).filter((problem) => problem !== null)).toEqual([])
  expect(rows.length).toBeGreaterThan(3)
  expect(rows.every(({ repeats }) => repeats)).toBe(true)
})

it.each(['my_snip.py', 'my-snip.mjs'])('%s keeps the very weights that SNIP keeps', async (name) => {
  if (skipped(name)) return
  const graph = buildModel(parseSpec({ model: { depth: 2, width: 24 } }).model, [6, 6, 1], 10)
  const scores = tools.scores(graph, 16)
  const request = {
    kernels: parametersOf(graph).filter(({ maskable }) => maskable),
    density: 0.15,
    variant: 'literature' as const,
    stream: Stream.root(1),
    scores,
  }
  const own = await ownDistribution(await openExample(name), {}, request)
  const builtIn = await densities('snip', request)
  scores.dispose()
  expect(own.masks).toEqual(builtIn.masks)
})

const kernelOf = (method: OwnMethod, mask: Uint8Array | null, settings: Record<string, number>) =>
  ownKernel(method, {
    parameter: drawnParameter({ shape: [400, 50], depthwise: false }),
    density: 0.1,
    mask,
    settings,
    gain: 1,
    activation: 'tanh',
    stream: Stream.root(4),
  })

it.each(['fan_in_normal.py', 'fan-in-normal.ts'])('%s fits the fan-in that is left', async (name) => {
  if (skipped(name)) return
  const method = await openExample(name)
  const chosen = randomMask(400 * 50, 2000, Stream.root(5))
  const { values, mask } = await kernelOf(method, chosen, { gain: 3 })
  expect(mask).toEqual(chosen)
  // The squares of a unit's weights times its fan-in have mean gain²: a mean of 2000 draws of χ², deviation
  // 9·√(2/2000).
  let sum = 0
  for (let unit = 0; unit < 50; unit++) {
    const own = Array.from({ length: 400 }, (_, k) => k * 50 + unit).filter((k) => mask[k] === 1)
    for (const k of own) sum += values[k] ** 2 * own.length
  }
  expect(Math.abs(sum / 2000 - 9)).toBeLessThan(4 * 9 * Math.sqrt(2 / 2000))
})

it('random_rigl.py is RigL at temperature 0', async () => {
  if (skipped('random_rigl.py')) return
  const method = await openExample('random_rigl.py')
  const stream = Stream.root(6)
  const mask = randomMask(600, 120, stream)
  const weights = Float32Array.from(mask, (bit) => bit * stream.normal())
  const gradient = Float32Array.from({ length: 600 }, () => stream.normal())
  const parameter = drawnParameter({ shape: [30, 20], depthwise: false })
  const update = async (temperature: number) =>
    (
      await ownUpdate(
        method,
        { temperature },
        [{ parameter, weights, mask, gradient }],
        { step: 10, steps: 100, fraction: 0.25 },
        Stream.root(7),
      )
    )[0]
  const { rigl } = await import('../../../src/engine/dynamic/rigl.ts')
  expect((await update(0)).mask).toEqual(rigl([{ weights, mask, gradient }], 0.25)[0].mask)
  expect((await update(5)).mask).not.toEqual((await update(0)).mask)
})

it('gradual-pruning.mjs keeps the largest weights of all layers, as many as its schedule says', async () => {
  const method = await openExample('gradual-pruning.mjs')
  const stream = Stream.root(8)
  const weights = Float32Array.from({ length: 600 }, () => stream.normal())
  const layer = {
    parameter: drawnParameter({ shape: [30, 20], depthwise: false }),
    weights,
    mask: new Uint8Array(600).fill(1),
    gradient: null,
  }
  const at = async (step: number) =>
    (await ownUpdate(method, { final: 0.1, end: 0.5 }, [layer], { step, steps: 100, fraction: 0 }, stream))[0]
      .mask
  expect(countOnes(await at(25))).toBe(Math.round(600 * (0.1 + 0.9 * 0.5 ** 3)))
  expect(await at(80)).toEqual(largest(Float64Array.from(weights, Math.abs), 60))
})
