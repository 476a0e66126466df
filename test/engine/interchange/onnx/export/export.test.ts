// ONNX out: the file computes the bench's logits, read back by the bench and by onnxruntime.
import { fromBinary } from '@bufbuild/protobuf'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { referenceBackend } from '../../../../../src/engine/backend/reference/index.ts'
import { exportOnnx } from '../../../../../src/engine/interchange/onnx/export/index.ts'
import { importOnnx } from '../../../../../src/engine/interchange/onnx/import.ts'
import { ModelProtoSchema } from '../../../../../src/engine/interchange/onnx/messages.ts'
import { readNpz, writeNpz } from '../../../../../src/engine/interchange/npz.ts'
import { stateToArrays } from '../../../../../src/engine/interchange/state.ts'
import { predictLogits } from '../../../../../src/engine/train/predict.ts'
import { parametersOf } from '../../../../../src/shared/graph/parameters.ts'
import { inferShapes } from '../../../../../src/shared/graph/shapes.ts'
import type { LayerGraph } from '../../../../../src/shared/graph/types.ts'
import { CASES, examplesFor, stateOf } from './cases.ts'

const TEXTS = { producer: 'Givens Bench', version: '0', description: 'A test', metadata: { run: '7' } }
const BACKEND = referenceBackend
const PYTHON = [process.env['ONNX_PYTHON'] ?? 'python3'].find(
  (python) => spawnSync(python, ['-c', 'import onnx, onnxruntime, numpy']).status === 0,
)

/** Largest difference over the largest size of the expected. */
function distance(given: ArrayLike<number>, expected: ArrayLike<number>): number {
  const pairs = Array.from(expected, (value, k) => [Math.abs(given[k] - value), Math.abs(value)])
  return Math.max(...pairs.map(([error]) => error)) / Math.max(1, ...pairs.map(([, size]) => size))
}

const logitsOf = (graph: LayerGraph, state = stateOf(graph), count = 3): Promise<Float32Array> =>
  predictLogits({ graph, state, backend: BACKEND, x: examplesFor(graph, count) })

const NOT_READ: ReadonlySet<string> = new Set(['cnn', 'resnet-padded'])

describe('an exported model', () => {
  // The importer knows neither padding that wraps around nor shortcuts that pad channels.
  it.each(Object.keys(CASES).filter((name) => !NOT_READ.has(name)))(
    '%s is read back with equal logits',
    async (name) => {
      const graph = CASES[name]()
      const state = stateOf(graph)
      const back = importOnnx(exportOnnx(graph, state, TEXTS))
      const read = { parameters: back.parameters, masks: new Map<string, Uint8Array>() }
      const given = await predictLogits({
        graph: back.graph,
        state: read,
        backend: BACKEND,
        x: examplesFor(graph, 3),
      })
      expect(distance(given, await logitsOf(graph, state))).toBeLessThan(1e-5)
      // Every kernel that could be masked can be again.
      const maskable = (each: LayerGraph) =>
        parametersOf(each)
          .filter((parameter) => parameter.maskable)
          .map(({ shape }) => shape.join('x'))
          .sort()
      for (const shape of maskable(graph)) expect(maskable(back.graph)).toContain(shape)
    },
  )

  it('has PyTorch’s names and layouts, zeros under the masks, any batch size, and what it came from', () => {
    const graph = CASES.resnet()
    const state = stateOf(graph)
    const model = fromBinary(ModelProtoSchema, exportOnnx(graph, state, TEXTS))
    expect([model.opsetImport[0].version, model.producerName, model.metadataProps[0].value]).toEqual([
      17n,
      'Givens Bench',
      '7',
    ])
    const tensors = new Map(model.graph?.initializer.map((tensor) => [tensor.name, tensor]))
    for (const { name, shape, data } of stateToArrays(parametersOf(graph), state, { naming: 'pytorch' })) {
      if (name.endsWith('_mask')) continue
      const tensor = tensors.get(name)
      expect(tensor?.dims.map(Number), name).toEqual(shape)
      const bytes = tensor?.rawData.slice() ?? new Uint8Array()
      expect(new Float32Array(bytes.buffer)).toEqual(data)
    }
    expect(tensors.has('stage1.block1.conv1.weight')).toBe(true)
    const sides = (info: {
      type?: { tensorType?: { shape?: { dim: { dimValue: bigint; dimParam: string }[] } } }
    }) => info.type?.tensorType?.shape?.dim.map(({ dimValue, dimParam }) => dimParam || Number(dimValue))
    expect(model.graph?.input.map((each) => [each.name, sides(each)])).toEqual([
      ['input', ['batch', 3, 16, 16]],
    ])
    expect(model.graph?.output.map((each) => [each.name, sides(each)])).toEqual([['logits', ['batch', 10]]])
    // No name twice, and everything that is read is there before.
    const seen = new Set(['input', ...tensors.keys()])
    for (const { input, output } of model.graph?.node ?? []) {
      for (const each of input) expect(seen).toContain(each)
      for (const each of output) {
        expect(seen).not.toContain(each)
        seen.add(each)
      }
    }
  })

  it('holds zeros where a mask is, whatever lies under it', () => {
    const graph = CASES.features()
    const state = stateOf(graph)
    const under = { ...state, parameters: new Map(state.parameters) }
    const kernel = Float64Array.from(state.parameters.get('hidden1.kernel') ?? [], (value) => value || 5)
    under.parameters.set('hidden1.kernel', kernel)
    expect(exportOnnx(graph, under, TEXTS)).toEqual(exportOnnx(graph, state, TEXTS))
  })

  it('may have layers that are called as the input and the output are', async () => {
    const graph = CASES.features()
    const named = {
      ...graph,
      nodes: graph.nodes.map((node) => (node.name === 'classifier' ? { ...node, name: 'logits' } : node)),
      output: 'logits',
    }
    const state = stateOf(named)
    const back = importOnnx(exportOnnx(named, state, TEXTS))
    const read = { parameters: back.parameters, masks: new Map<string, Uint8Array>() }
    const x = examplesFor(named, 3)
    const given = await predictLogits({ graph: back.graph, state: read, backend: BACKEND, x })
    expect(distance(given, await logitsOf(named, state))).toBeLessThan(1e-5)
  })
})

const CHECK = `
import sys, numpy, onnx, onnxruntime
folder = sys.argv[1]
for name in sys.argv[2:]:
    path = f"{folder}/{name}.onnx"
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    x = numpy.load(f"{folder}/{name}.npz")["x"]
    if x.ndim == 4:
        x = numpy.ascontiguousarray(x.transpose(0, 3, 1, 2))
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    logits, = session.run(["logits"], {"input": x})
    one, = session.run(["logits"], {"input": x[:1]})
    assert numpy.abs(one - logits[:1]).max() < 1e-4, name
    numpy.savez(f"{folder}/{name}.out.npz", logits=logits)
`

it.skipIf(PYTHON === undefined)(
  'onnxruntime computes the bench’s logits of every network (skipped where Python has no onnxruntime)',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'givens-onnx-'))
    try {
      const names = Object.keys(CASES)
      const file = (index: number) => `case${index}`
      for (const [index, name] of names.entries()) {
        const graph = CASES[name]()
        writeFileSync(join(folder, `${file(index)}.onnx`), exportOnnx(graph, stateOf(graph), TEXTS))
        const shape = [3, ...(inferShapes(graph).get('input') ?? [])]
        writeFileSync(
          join(folder, `${file(index)}.npz`),
          writeNpz([{ name: 'x', shape, data: examplesFor(graph, 3) }]),
        )
      }
      execFileSync(PYTHON ?? '', ['-c', CHECK, folder, ...names.map((_, index) => file(index))])
      for (const [index, name] of names.entries()) {
        const [{ data }] = readNpz(readFileSync(join(folder, `${file(index)}.out.npz`)))
        expect(distance(data, await logitsOf(CASES[name]())), name).toBeLessThan(1e-5)
      }
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
  120_000,
)
