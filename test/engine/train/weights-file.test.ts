// Runs that start from a file of weights: what they trained with is what the file holds.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { referenceBackend } from '../../../src/engine/backend/reference/index.ts'
import { packedVariables, unpackState, layoutOf } from '../../../src/engine/program/layout.ts'
import { compileTraining } from '../../../src/engine/compiler/training.ts'
import { readNpz, writeNpz } from '../../../src/engine/interchange/npz.ts'
import { writeSafetensors } from '../../../src/engine/interchange/safetensors.ts'
import { stateToArrays } from '../../../src/engine/interchange/state.ts'
import { hashOf, loadWeights } from '../../../src/engine/interchange/weights-file.ts'
import type { Naming } from '../../../src/engine/interchange/layouts.ts'
import { trainRun } from '../../../src/engine/train/loop.ts'
import { initializeRun } from '../../../src/engine/train/prepare.ts'
import { parametersOf } from '../../../src/shared/graph/parameters.ts'
import type { ParameterSpec } from '../../../src/shared/graph/types.ts'
import { runSpecSchema } from '../../../src/shared/spec/schema.ts'
import type { RunSpecInput } from '../../../src/shared/spec/schema.ts'
import { buildModel } from '../../../src/shared/zoo/index.ts'
import { madeDataset } from '../../fakes/made-dataset.ts'
import { recorder } from '../../fakes/recorder.ts'

const folder = mkdtempSync(join(tmpdir(), 'givens-weights-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const fixture = (name: string): string => join(import.meta.dirname, '../../fixtures', name)

const model = { depth: 2, width: 12 }
const training = { epochs: 1, batchSize: 20, learningRate: 0.05 }
const dataset = madeDataset()
const graph = buildModel(runSpecSchema.parse({ model }).model, dataset.shape, dataset.classes)
const parameters = parametersOf(graph)

const SGD = { optimizer: 'sgd', momentum: 0.9, nesterov: true, weightDecay: 0 } as const

type Initialization = NonNullable<RunSpecInput['initialization']>
const fromFile = (file: NonNullable<Initialization['file']>): Initialization => ({ scheme: 'file', file })

async function train(over: RunSpecInput) {
  const callbacks = recorder()
  const spec = runSpecSchema.parse({ model, training, ...over })
  const result = await trainRun({ spec, backend: referenceBackend, dataset, callbacks, resumeFrom: null })
  return { ...callbacks, result, spec }
}

const start = await train({
  sparsity: { distribution: 'erk', density: 0.3 },
  initialization: { scheme: 'eoi', gain: 1.1, biasStd: 0.1 },
})
const state = unpackState(layoutOf(graph, true), start.checkpoints[0].variables)

describe.each([
  ['npz', 'bench'],
  ['npz', 'pytorch'],
  ['safetensors', 'bench'],
  ['safetensors', 'pytorch'],
] as const)('a run from a %s file with the names of %s', (format, naming: Naming) => {
  it('begins where the run that wrote it ended: the same losses, densities and first step', async () => {
    const path = join(folder, `${naming}.${format}`)
    const arrays = stateToArrays(parameters, state, { naming })
    writeFileSync(path, format === 'npz' ? writeNpz(arrays) : writeSafetensors(arrays))
    const run = await train({ initialization: fromFile({ path }), training: { ...training, epochs: 2 } })
    const at = (points: typeof start.points, step: number, phase: string) =>
      points.filter((point) => point.step === step && point.phase === phase).map(({ value }) => value)
    const last = start.result.step
    expect(at(run.points, 0, 'test')).toEqual(at(start.points, last, 'test'))
    expect(at(run.points, 0, 'validation')).toEqual(at(start.points, last, 'validation'))
    expect(run.reports.map(({ nonzeros }) => nonzeros)).toEqual(start.reports.map(({ nonzeros }) => nonzeros))
    const mask = unpackState(layoutOf(graph, true), run.checkpoints[0].variables).masks
    for (const { name } of parameters.filter(({ maskable }) => maskable))
      expect(mask.get(name)).toEqual(state.masks.get(name))
  })
})

describe('files that PyTorch wrote', () => {
  const expected = JSON.parse(readFileSync(fixture('torch-mlp.json'), 'utf8')) as {
    x: number[]
    logits: number[]
  }

  it.each([
    ['torch-mlp.npz', 6],
    ['torch-mlp.safetensors', 2.5],
  ] as const)('%s: the logits are PyTorch’s', async (name, digits) => {
    const spec = runSpecSchema.parse({ model, initialization: fromFile({ path: fixture(name) }) })
    const made = await initializeRun(spec, graph, dataset, referenceBackend, () => undefined)
    const { program, layout } = compileTraining(graph, {
      batchSize: 1,
      labelSmoothing: 0,
      denseGradients: false,
      ...SGD,
    })
    const executable = await referenceBackend.compile(program, { precision: 'float64' })
    executable.writeAll(new Map(packedVariables(layout, made.state)))
    const { logits } = executable.run('logits', { x: Float64Array.from(expected.x) })
    executable.dispose()
    expected.logits.forEach((value, k) => expect(logits[k]).toBeCloseTo(value, digits))
    expect(made.reports.map(({ nonzeros }) => nonzeros)).toEqual([130, 58, 36])
  })

  it('trains: masks as torch.nn.utils.prune left them, masked weights exactly 0', async () => {
    const initialization = fromFile({ path: fixture('torch-mlp.npz') })
    const run = await train({ initialization, training: { ...training, epochs: 12 } })
    const accuracy = run.points.filter(({ phase, name }) => phase === 'test' && name === 'accuracy')
    expect(accuracy.at(-1)?.value).toBeGreaterThan(0.9)
    const after = unpackState(layoutOf(graph, true), run.checkpoints[0].variables)
    for (const [name, mask] of after.masks)
      mask.forEach((kept, k) => kept === 0 && expect(after.parameters.get(name)?.[k]).toBe(0))
  })

  it('reads masks off the zeros, and passes over num_batches_tracked', () => {
    const parameter = (name: string, role: ParameterSpec['role'], shape: number[]): ParameterSpec => ({
      name,
      layer: name.split('.')[0],
      role,
      shape,
      maskable: role === 'kernel',
      trainable: true,
      depthwise: false,
    })
    const { masks, parameters: values } = loadWeights(
      [
        parameter('conv.kernel', 'kernel', [3, 3, 2, 4]),
        parameter('bn.scale', 'scale', [4]),
        parameter('bn.shift', 'shift', [4]),
        parameter('bn.running-mean', 'running-mean', [4]),
        parameter('bn.running-variance', 'running-variance', [4]),
      ],
      { path: fixture('torch-cnn.npz'), sha256: '', naming: 'auto', masks: 'file' },
    )
    const kernel = values.get('conv.kernel') ?? []
    const torch = readNpz(new Uint8Array(readFileSync(fixture('torch-cnn.npz'))))
    const weight = torch.find(({ name }) => name === 'conv.weight')?.data ?? []
    // [kh, kw, in, out] at (1, 2, 1, out) is [out, in, kh, kw] at (out, 1, 1, 2).
    for (let out = 0; out < 4; out++)
      expect(kernel[((1 * 3 + 2) * 2 + 1) * 4 + out] + 0).toBe(weight[((out * 2 + 1) * 3 + 1) * 3 + 2] + 0)
    expect([...(masks.get('conv.kernel') ?? [])]).toEqual(
      Array.from(kernel, (value) => (value === 0 ? 0 : 1)),
    )
  })
})

describe('masks by the distribution', () => {
  const dense = { path: join(folder, 'dense.npz'), masks: 'distribution' as const }
  const values = new Map(
    parameters.map(({ name, shape }) => [
      name,
      Float64Array.from(
        { length: shape.reduce((a, b) => a * b, 1) },
        (_, k) => ((k * 37) % 101) / 100 + 0.01,
      ),
    ]),
  )
  writeFileSync(
    dense.path,
    writeNpz(stateToArrays(parameters, { parameters: values, masks: new Map() }, { precision: 'float64' })),
  )

  it('magnitude keeps the file’s largest weights, uniform a random part of exactly its size', async () => {
    for (const distribution of ['magnitude', 'uniform', 'snip'] as const) {
      const spec = runSpecSchema.parse({
        model,
        sparsity: { distribution, density: 0.25 },
        initialization: fromFile(dense),
      })
      const made = await initializeRun(spec, graph, dataset, referenceBackend, () => undefined)
      const kept: number[] = []
      const dropped: number[] = []
      for (const [name, mask] of made.state.masks)
        mask.forEach((bit, k) => {
          const value = values.get(name)?.[k] ?? Number.NaN
          expect(made.state.parameters.get(name)?.[k]).toBe(bit === 1 ? value : 0)
          ;(bit === 1 ? kept : dropped).push(value)
        })
      expect(kept.length / (kept.length + dropped.length)).toBeCloseTo(0.25, 2)
      if (distribution === 'magnitude') expect(Math.min(...kept)).toBeGreaterThanOrEqual(Math.max(...dropped))
    }
  })
})

describe('what cannot be read', () => {
  const arrays = stateToArrays(parameters, state)
  const write = (name: string, change: (list: typeof arrays) => typeof arrays): string => {
    const path = join(folder, name)
    writeFileSync(path, writeNpz(change(arrays)))
    return path
  }
  const load = (path: string, sha256 = '') =>
    loadWeights(parameters, { path, sha256, naming: 'auto', masks: 'file' })

  it('says what, where, and what is allowed', () => {
    expect(() => load(join(folder, 'none.npz'))).toThrow(/no weights file .*none\.npz/)
    expect(() => load(folder)).toThrow(/it is a folder/)
    const missing = write('missing.npz', (list) => list.filter(({ name }) => name !== 'hidden2.bias'))
    expect(() => load(missing)).toThrow(/hidden2\.bias \[12\] is missing\. The file holds hidden1\.kernel/)
    const shape = write('shape.npz', (list) =>
      list.map((array) => (array.name === 'hidden2.bias' ? { ...array, shape: [3, 4] } : array)),
    )
    expect(() => load(shape)).toThrow(/hidden2\.bias: its shape is \[3, 4\], the model expects \[12\]/)
    const unknown = write('unknown.npz', (list) => [...list, { ...list[0], name: 'hidden1.kernal' }])
    expect(() => load(unknown)).toThrow(
      /no hidden1\.kernal\. Did you mean “hidden1\.kernel”\? Its parameters/,
    )
    const broken = write('nan.npz', (list) =>
      list.map((array) =>
        array.name === 'hidden2.bias' ? { ...array, data: new Float32Array(12).fill(NaN) } : array,
      ),
    )
    expect(() => load(broken)).toThrow(/hidden2\.bias: it holds entries that are NaN/)
    const text = join(folder, 'model.pt')
    writeFileSync(text, 'PY')
    expect(() => load(text)).toThrow(/neither a NumPy archive/)
  })

  it('refuses a file that is no longer what the run was made with', () => {
    const path = write('whole.npz', (list) => list)
    const hash = hashOf(readFileSync(path))
    expect(load(path, hash).masks.size).toBe(3)
    write('whole.npz', (list) =>
      list.map((array, k) => (k === 0 ? { ...array, data: array.data.map(() => 1) } : array)),
    )
    expect(() => load(path, hash)).toThrow(/has changed: its SHA-256 is/)
  })
})
