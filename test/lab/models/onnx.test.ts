// Models from ONNX files in a home: their weights, runs that begin with them, files out, and predictions.
import { existsSync, readdirSync, writeFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { hashOf } from '../../../src/engine/interchange/weights-file.ts'
import { referenceBackend } from '../../../src/engine/backend/reference/index.ts'
import { dataFolder } from '../../../src/engine/data/index.ts'
import { readNpz, writeNpz } from '../../../src/engine/interchange/npz.ts'
import { exportOnnx } from '../../../src/engine/interchange/onnx/export/index.ts'
import { importOnnx } from '../../../src/engine/interchange/onnx/import.ts'
import { initializeRun } from '../../../src/engine/train/prepare.ts'
import { predictLogits } from '../../../src/engine/train/predict.ts'
import { inferShapes } from '../../../src/shared/graph/shapes.ts'
import { parseSpec } from '../../../src/shared/spec/parse.ts'
import { buildModel } from '../../../src/shared/zoo/index.ts'
import { openLab } from '../../../src/lab/lab.ts'
import { withWeightsPath } from '../../../src/lab/models/weights.ts'
import type { Lab } from '../../../src/lab/lab.ts'
import { pathsOf } from '../../../src/lab/store/home.ts'
import { CASES, examplesFor, stateOf } from '../../engine/interchange/onnx/export/cases.ts'
import { fakeLab, start, temporaryFolder, until } from '../support.ts'
import { WORKER } from '../../entries.ts'

const TEXTS = { producer: 'test', version: '0', description: '', metadata: {} }

const HAS_MNIST = existsSync(dataFolder(parseSpec({}).data))

/** A narrow ResNet for 16 × 16 × 3 as an ONNX file, with the weights that it holds. */
function onnxFile(seed = 3): { file: string; graph: ReturnType<(typeof CASES)[string]>; seed: number } {
  const graph = CASES.resnet()
  const file = join(temporaryFolder(), 'narrow.onnx')
  writeFileSync(file, exportOnnx(graph, stateOf(graph, seed), TEXTS))
  return { file, graph, seed }
}

function examplesFile(x: Float32Array, shape: readonly number[]): string {
  const file = join(temporaryFolder(), 'x.npz')
  writeFileSync(file, writeNpz([{ name: 'x', shape, data: x }]))
  return file
}

/** A lab whose threads are the real ones. */
async function withLab<T>(work: (lab: Lab, home: string) => Promise<T>): Promise<T> {
  const home = temporaryFolder()
  const lab = openLab({ home, workerUrl: WORKER, role: 'a test' })
  try {
    return await work(lab, home)
  } finally {
    await lab.close()
  }
}

describe('a model from an ONNX file', () => {
  it('has its weights beside it, which stay as long as a model or a run names them', async () => {
    const home = temporaryFolder()
    const lab = fakeLab({ home })
    const { file } = onnxFile()
    const { model } = await lab.call('models/import', { file })
    expect(model).toMatchObject({ name: 'own:narrow', input: [16, 16, 3], classes: 10, settings: {} })
    expect(model.weights).toMatch(/^[0-9a-f]{64}$/)
    const folder = pathsOf(home).models
    expect(readdirSync(folder)).toEqual([`${model.weights}.safetensors`])

    const study = {
      id: 'own-weights',
      title: 'x',
      base: {
        model: { name: 'own:narrow' },
        data: { name: 'cifar-10', path: 'steps=5' },
        initialization: { scheme: 'file', file: { path: 'own:narrow' } },
      },
      seeds: [1],
    }
    const [run] = await start(lab, study)
    await until(lab, [run], 'finished')
    const { spec } = (await lab.call('runs/get', { id: run })).row
    expect(spec.initialization.file).toMatchObject({ path: 'own:narrow', sha256: model.weights })

    // Other weights under the name: the run keeps those that it was made with.
    await lab.call('models/import', { file: onnxFile(5).file })
    expect(readdirSync(folder)).toHaveLength(2)
    await lab.call('models/remove', { name: 'own:narrow' })
    expect(readdirSync(folder)).toEqual([`${model.weights}.safetensors`])
  })

  it('begins with its own values, on its own classes and, with other weights, on any', async () => {
    const home = temporaryFolder()
    const lab = fakeLab({ home })
    const { file, graph, seed } = onnxFile()
    const { model } = await lab.call('models/import', { file })
    const completed = await lab.call('models/complete', {
      spec: {
        model: { name: 'own:narrow' },
        initialization: { scheme: 'file', file: { path: 'own:narrow', sha256: model.weights } },
      },
    })

    const spec = withWeightsPath(parseSpec(completed), pathsOf(home).models)
    const built = buildModel(spec.model, [16, 16, 3], 10)
    const { state } = await initializeRun(spec, built, null, referenceBackend, () => undefined)
    const expected = stateOf(graph, seed)
    for (const [name, values] of expected.parameters) {
      const given = state.parameters.get(name) ?? []
      expect(Math.max(...values.map((value, k) => Math.abs(value - given[k]))), name).toBeLessThan(1e-6)
    }
    // Masks are read off the zeros.
    for (const [name, mask] of expected.masks) expect(state.masks.get(name), name).toEqual(mask)
    const other = buildModel(spec.model, [32, 32, 3], 100)
    expect(inferShapes(other).get(other.output)).toEqual([100])
    await expect(initializeRun(spec, other, null, referenceBackend, () => undefined)).rejects.toThrow(
      /classifier.kernel.*\[16, 10\], the model expects \[16, 100\]/,
    )
  })

  it('takes its weights along in bundles of runs that begin with them', async () => {
    const lab = fakeLab()
    const { model } = await lab.call('models/import', { file: onnxFile().file })
    const study = {
      id: 'own-weights',
      title: 'Own weights',
      base: {
        model: { name: 'own:narrow' },
        initialization: { scheme: 'file', file: { path: 'own:narrow' } },
        data: { name: 'cifar-10', path: 'steps=3' },
      },
      seeds: [1],
    }
    await until(lab, await start(lab, study), 'finished')
    const file = join(temporaryFolder(), 'weights.givens')
    await lab.call('bundle/export', { study: study.id, file })

    const home = temporaryFolder()
    const other = fakeLab({ home })
    expect(await other.call('bundle/import', { file })).toMatchObject({ models: ['own:narrow'] })
    expect(await other.call('models/list', {})).toMatchObject([{ hash: model.hash, weights: model.weights }])
    expect(readdirSync(pathsOf(home).models)).toEqual([`${model.weights}.safetensors`])
    expect(await other.call('studies/start', { id: study.id })).toMatchObject({ queued: 0, reused: 1 })

    // Weights of another content under the name, and what is no file of weights, are refused whole.
    const files = unzipSync(readFileSync(file))
    const name = `weights/${model.weights}.safetensors`
    const manifest = JSON.parse(strFromU8(files['manifest.json'])) as {
      files: Record<string, { bytes: number; sha256: string }>
    }
    const changed = (bytes: Uint8Array, as: string): string => {
      const entry = { bytes: bytes.length, sha256: hashOf(bytes) }
      const { [name]: _old, ...rest } = manifest.files
      const renewed = { ...manifest, files: { ...rest, [as]: entry } }
      const damaged = join(temporaryFolder(), 'damaged.givens')
      const text = strToU8(JSON.stringify(renewed))
      writeFileSync(damaged, zipSync({ ...files, [as]: bytes, 'manifest.json': text }))
      return damaged
    }
    const others = files[name].slice()
    others[others.length - 1] ^= 1
    const no = strToU8('no weights at all')
    const cases: [string, RegExp][] = [
      [changed(others, name), /does not have the content that its name says/],
      [changed(no, `weights/${hashOf(no)}.safetensors`), /the weights .* cannot be read/],
    ]
    for (const [damaged, message] of cases) {
      const third = temporaryFolder()
      await expect(fakeLab({ home: third }).call('bundle/import', { file: damaged })).rejects.toThrow(message)
      expect(existsSync(pathsOf(third).models) ? readdirSync(pathsOf(third).models) : []).toEqual([])
    }
  })

  it('is told apart from one without weights', async () => {
    const lab = fakeLab()
    const json = join(temporaryFolder(), 'bare.json')
    writeFileSync(json, readFileSync(join(import.meta.dirname, '../../../examples/models/resnet.json')))
    await lab.call('models/import', { file: json })
    const predicted = lab.call('predict/write', { of: 'own:bare', input: json, file: json })
    await expect(predicted).rejects.toThrow(/own:bare was imported without weights/)
    const study = {
      id: 's',
      title: 's',
      base: { initialization: { scheme: 'file', file: { path: 'own:bare' } } },
    }
    const { problems } = await lab.call('studies/estimate', { study })
    expect(problems).toEqual([expect.stringMatching(/imported without weights/)])
    const garbage = join(temporaryFolder(), 'bad.onnx')
    writeFileSync(garbage, Uint8Array.of(8, 1, 2, 3))
    await expect(lab.call('models/import', { file: garbage })).rejects.toThrow(/bad\.onnx: Not an ONNX/)
  })
})

describe('predictions', () => {
  it('of an own model are the logits of its weights, in batches of any size, on every backend', async () => {
    const { file, graph, seed } = onnxFile()
    await withLab(async (lab) => {
      await lab.call('models/import', { file })
      for (const [count, backend] of [
        [1, 'reference'],
        [130, 'sparse'],
      ] as const) {
        const x = examplesFor(graph, count)
        const out = join(temporaryFolder(), 'out.npz')
        const input = examplesFile(x, [count, 16, 16, 3])
        const done = await lab.call('predict/write', { of: 'own:narrow', input, file: out, backend })
        expect(done).toMatchObject({ examples: count, classes: 10, backend })
        const [logits] = readNpz(readFileSync(out))
        expect([logits.name, logits.shape]).toEqual(['logits', [count, 10]])
        const expected = await predictLogits({
          graph,
          state: stateOf(graph, seed),
          backend: referenceBackend,
          x: x.slice(-16 * 16 * 3),
        })
        expected.forEach((value, k) => expect(logits.data[(count - 1) * 10 + k]).toBeCloseTo(value, 4))
      }
    })
  }, 60_000)

  it.skipIf(!HAS_MNIST)(
    'of a run are those of the ONNX file that it is written as (needs MNIST)',
    async () => {
      await withLab(async (lab) => {
        const spec = {
          model: { name: 'mlp', depth: 1, width: 6 },
          data: { name: 'mnist' },
          sparsity: { distribution: 'uniform', density: 0.3 },
          training: { epochs: 0 },
        }
        const [run] = await start(lab, { id: 'p', title: 'p', base: spec, seeds: [2] })
        await until(lab, [run], 'finished', 'failed')
        const { row } = await lab.call('runs/get', { id: run })
        expect(row.error).toBeNull()
        const folder = temporaryFolder()
        const onnx = join(folder, 'run.onnx')
        expect(await lab.call('onnx/write', { run, file: onnx })).toMatchObject({ file: onnx, layers: 4 })
        const { graph, parameters } = importOnnx(readFileSync(onnx))
        const x = examplesFor(graph, 4)
        const out = join(folder, 'out.npz')
        await lab.call('predict/write', {
          of: run,
          input: examplesFile(x, [4, 28, 28, 1]),
          file: out,
          backend: 'reference',
        })
        const [logits] = readNpz(readFileSync(out))
        const state = { parameters, masks: new Map<string, Uint8Array>() }
        const read = await predictLogits({ graph, state, backend: referenceBackend, x })
        read.forEach((value, k) => expect(logits.data[k]).toBeCloseTo(value, 5))
      })
    },
    60_000,
  )

  it('are refused for examples that do not fit, with what is there and what is wanted', async () => {
    const { file } = onnxFile()
    await withLab(async (lab) => {
      await lab.call('models/import', { file })
      const out = join(temporaryFolder(), 'out.npz')
      const ask = (input: string) => lab.call('predict/write', { of: 'own:narrow', input, file: out })
      const zeros = (size: number) => new Float32Array(size)
      await expect(ask(examplesFile(zeros(768), [768]))).rejects.toThrow(
        /x has the shape \[768\]; own:narrow takes \[n, 16, 16, 3\]/,
      )
      await expect(ask(examplesFile(zeros(768), [1, 3, 16, 16]))).rejects.toThrow(/channels come last here/)
      const broken = zeros(1536)
      broken[800] = Number.NaN
      await expect(ask(examplesFile(broken, [2, 16, 16, 3]))).rejects.toThrow(/NaN in example 1, entry 32/)
      const named = join(temporaryFolder(), 'y.npz')
      writeFileSync(named, writeNpz([{ name: 'images', shape: [1], data: zeros(1) }]))
      await expect(ask(named)).rejects.toThrow(/no array “x”; it holds “images”/)
      await expect(ask('/nowhere.npz')).rejects.toThrow(/There is no file/)
      await expect(lab.call('predict/write', { of: 99, input: named, file: out })).rejects.toThrow(
        /no run 99/,
      )
      expect(existsSync(out)).toBe(false)
    })
  }, 60_000)
})
