import { expect, test } from 'vitest'
import { referenceBackend } from '../../../src/engine/backend/reference/index.ts'
import { densities } from '../../../src/engine/density/index.ts'
import { countOnes } from '../../../src/engine/initialization/masks.ts'
import { initializeModel } from '../../../src/engine/train/initialize.ts'
import { Stream } from '../../../src/engine/rng.ts'
import { parametersOf } from '../../../src/shared/graph/parameters.ts'
import type { LayerGraph } from '../../../src/shared/graph/types.ts'
import { runSpecSchema } from '../../../src/shared/spec/schema.ts'
import type { RunSpecInput } from '../../../src/shared/spec/schema.ts'

const conv = (filters: number) =>
  ({
    kind: 'conv',
    filters,
    kernel: [3, 3],
    stride: 1,
    padding: 'circular',
    groups: 1,
    bias: true,
    maskable: true,
  }) as const
const graph: LayerGraph = {
  name: 'small',
  output: 'classifier',
  classes: 4,
  nodes: [
    { name: 'input', inputs: [], kind: 'input', shape: [6, 6, 3] },
    { name: 'conv1', inputs: ['input'], ...conv(8) },
    { name: 'norm', inputs: ['conv1'], kind: 'batch-norm', momentum: 0.9, epsilon: 1e-5 },
    { name: 'conv2', inputs: ['norm'], ...conv(8) },
    {
      name: 'depth',
      inputs: ['conv2'],
      kind: 'depthwise-conv',
      kernel: [3, 3],
      stride: 1,
      padding: 'same',
      bias: false,
      maskable: true,
    },
    { name: 'mean', inputs: ['depth'], kind: 'global-average-pool' },
    { name: 'hidden', inputs: ['mean'], kind: 'dense', units: 16, bias: true, maskable: true },
    { name: 'scale', inputs: ['hidden'], kind: 'layer-scale', initial: 0.1 },
    { name: 'side', inputs: ['scale'], kind: 'dense', units: 16, bias: false, maskable: false },
    { name: 'classifier', inputs: ['side'], kind: 'dense', units: 4, bias: true, maskable: true },
  ],
}
const parameters = parametersOf(graph)

async function build(input: RunSpecInput, seed = 1) {
  const spec = runSpecSchema.parse(input)
  const stream = Stream.root(seed)
  const answer = await densities(spec.sparsity.distribution, {
    kernels: parameters.filter(({ maskable }) => maskable),
    density: spec.sparsity.density,
    variant: spec.sparsity.variant,
    stream: stream.split('density'),
  })
  return initializeModel({
    graph,
    parameters,
    spec,
    densities: answer,
    stream: stream.split('initialization'),
    backend: referenceBackend,
  })
}
const sparse = (scheme: 'base' | 'fan-in' | 'ai' | 'eoi', more = {}): RunSpecInput => ({
  sparsity: { density: 0.4, distribution: 'erk' },
  initialization: { scheme, aiSteps: 30, ...more },
})

test.each(['base', 'fan-in', 'ai', 'eoi'] as const)(
  '%s: exact densities, zeros where masked, everything initialized',
  async (scheme) => {
    const { state, reports, isometryLoss } = await build(sparse(scheme))
    expect([...state.parameters.keys()]).toEqual(parameters.map(({ name }) => name))
    expect([...state.masks.keys()]).toEqual(
      parameters.filter(({ maskable }) => maskable).map(({ name }) => name),
    )
    for (const report of reports) {
      const values = state.parameters.get(report.name) ?? []
      const mask = state.masks.get(report.name)
      expect(report.nonzeros).toBe(mask ? countOnes(mask) : report.entries)
      if (mask)
        values.forEach((value, k) => {
          if (mask[k] === 0) expect(value).toBe(0)
        })
      if (scheme !== 'eoi') expect(report.nonzeros).toBe(Math.round(report.densityAsked * report.entries))
      if (scheme === 'eoi' && report.maskable) expect(report.residual).toBeLessThan(1e-12)
    }
    expect(state.parameters.get('norm.running-variance')?.every((value) => value === 1)).toBe(true)
    expect(state.parameters.get('norm.shift')?.every((value) => value === 0)).toBe(true)
    expect(state.parameters.get('scale.layer-scale')?.every((value) => value === 0.1)).toBe(true)
    expect(isometryLoss.length).toBe(scheme === 'ai' ? 31 : 0)
    if (scheme === 'ai') expect(Math.min(...isometryLoss)).toBeLessThan(0.8 * isometryLoss[0])
  },
)

test.each([
  ['lecun', 1],
  ['he', 2],
  ['published', 1 / 3],
] as const)(
  'fan-in %s: uniform, its variance times the unit’s own kept fan-in is %d',
  async (fanInScale, scale) => {
    const { state } = await build(sparse('fan-in', { fanInScale }))
    const values = state.parameters.get('conv2.kernel') ?? []
    const mask = state.masks.get('conv2.kernel') ?? new Uint8Array(0)
    const fan = new Array<number>(8).fill(0)
    mask.forEach((bit, k) => {
      fan[k % 8] += bit
    })
    let square = 0
    values.forEach((value, k) => {
      const scaled = value * Math.sqrt(fan[k % 8])
      expect(Math.abs(scaled)).toBeLessThanOrEqual(Math.sqrt(3 * scale))
      square += scaled ** 2
    })
    // Of 230 uniform draws the mean square has a standard deviation of 6 %.
    expect(Math.abs(square / countOnes(mask) / scale - 1)).toBeLessThan(0.2)
  },
)

test('fan-in in the variant published is the public code’s, whatever the scale', async () => {
  const published = {
    sparsity: { density: 0.4, distribution: 'uniform-skip' as const, variant: 'published' as const },
  }
  const he = await build({ ...published, initialization: { scheme: 'fan-in', fanInScale: 'he' } })
  const own = await build({ ...published, initialization: { scheme: 'fan-in', fanInScale: 'published' } })
  expect(he.state.parameters.get('conv2.kernel')).toEqual(own.state.parameters.get('conv2.kernel'))
})

test('streams are apart: biases shift no weight, schemes no other layer, seeds differ', async () => {
  const plain = await build(sparse('base'))
  const biased = await build(sparse('base', { biasStd: 0.5 }))
  for (const name of ['conv1.kernel', 'hidden.kernel']) {
    expect(biased.state.parameters.get(name)).toEqual(plain.state.parameters.get(name))
    expect(biased.state.masks.get(name)).toEqual(plain.state.masks.get(name))
  }
  expect(biased.state.parameters.get('hidden.bias')?.some((value) => value !== 0)).toBe(true)
  const other = await build(sparse('eoi'))
  expect(other.state.parameters.get('side.kernel')).toEqual(plain.state.parameters.get('side.kernel'))
  expect((await build(sparse('base'), 2)).state.masks.get('hidden.kernel')).not.toEqual(
    plain.state.masks.get('hidden.kernel'),
  )
  expect((await build(sparse('base'))).state).toEqual(plain.state)
})

test('a layer sparser than an orthogonal matrix can be has the least density, and says so', async () => {
  const { reports } = await build({
    sparsity: { density: 0.03, distribution: 'uniform' },
    initialization: { scheme: 'eoi' },
  })
  const hidden = reports.find(({ name }) => name === 'hidden.kernel')
  expect(hidden?.density).toBe(1 / 16)
  expect(hidden?.densityAsked).toBe(0.03)
  expect(hidden?.notes.join()).toContain('the layer has the least, 0.06250')
})

test('SAO leaves the first and the last kernel dense', async () => {
  const nodes = graph.nodes
    .filter(({ name }) => name !== 'depth')
    .map((node) => (node.name === 'mean' ? { ...node, inputs: ['conv2'] } : node))
  const plain = { ...graph, nodes }
  const own = parametersOf(plain)
  const spec = runSpecSchema.parse({
    sparsity: { density: 0.5, distribution: 'uniform' },
    initialization: { scheme: 'sao', saoDegree: 4 },
  })
  const answer = await densities('uniform', {
    kernels: own.filter(({ maskable }) => maskable),
    density: 0.5,
    variant: 'literature',
    stream: Stream.root(1),
  })
  const { reports } = await initializeModel({
    graph: plain,
    parameters: own,
    spec,
    densities: answer,
    stream: Stream.root(1),
  })
  expect(reports.filter(({ maskable }) => maskable).map(({ name, density }) => [name, density])).toEqual([
    ['conv1.kernel', 1],
    ['conv2.kernel', 0.5],
    ['hidden.kernel', 0.25],
    ['classifier.kernel', 1],
  ])
})

test('AI without an engine is unavailable', async () => {
  const spec = runSpecSchema.parse(sparse('ai'))
  const answer = await densities('erk', {
    kernels: parameters.filter(({ maskable }) => maskable),
    density: 0.4,
    variant: 'literature',
    stream: Stream.root(1),
  })
  await expect(
    initializeModel({ graph, parameters, spec, densities: answer, stream: Stream.root(1) }),
  ).rejects.toThrow('none was given')
})

test('guided pairs of a specification steer every layer, or name it with what works', async () => {
  const eoi = (density: number, pairs: object) =>
    build({ sparsity: { distribution: 'uniform', density }, initialization: { scheme: 'eoi', pairs } })
  const { state } = await eoi(0.2, { kind: 'blocks', block: 4 })
  const mask = state.masks.get('classifier.kernel') ?? new Uint8Array()
  // [16, 4]: the longer side is cut into blocks, and column c of the identity lies in the first.
  mask.forEach((kept, k) => {
    if (kept === 1) expect(Math.floor(k / 4)).toBeLessThan(4)
  })
  await expect(eoi(0.9, { kind: 'blocks', block: 2 })).rejects.toThrow(
    /^conv1\.kernel: Density 0\.9 .* at most 0\.25.* blocks of at least 8 columns/,
  )
  await expect(eoi(0.5, { kind: 'list', list: '0-1, 1-40' })).rejects.toThrow(
    /^conv1\.kernel: Pair \(1, 40\): expected two distinct columns from 0 to 7/,
  )
})

test('pytorch: kernels and biases uniform on ±1/√fan-in, as torch.nn layers begin', async () => {
  const { state } = await build({ initialization: { dense: 'pytorch', biasStd: 3 } })
  for (const [layer, fanIn] of [
    ['conv1', 27],
    ['conv2', 72],
    ['hidden', 8],
    ['classifier', 16],
  ] as const) {
    const bound = 1 / Math.sqrt(fanIn)
    for (const part of ['kernel', 'bias']) {
      const values = Float64Array.from(state.parameters.get(`${layer}.${part}`) ?? [])
      const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
      expect(largest).toBeLessThanOrEqual(bound)
      // Of n uniform draws the largest is below (1 − 3/√n) of the bound with a probability below e^−3√n.
      expect(largest).toBeGreaterThan(bound * Math.max(0.05, 1 - 3 / Math.sqrt(values.length)))
      expect(new Set(values).size).toBe(values.length)
    }
  }
})

test('a layer of which a density leaves nothing is told, once, whatever the distribution', async () => {
  for (const distribution of ['uniform', 'erk'] as const) {
    const { notes } = await build({ sparsity: { distribution, density: 1e-4 } })
    expect(notes.filter((note) => note.startsWith('Layer collapse: nothing is left of'))).toHaveLength(1)
  }
})
