/** The exported networks of test/fixtures/onnx, and what runs them. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Backend } from '../../../../src/engine/program/backend.ts'
import { lowerModel } from '../../../../src/engine/compiler/lower.ts'
import { importOnnx } from '../../../../src/engine/interchange/onnx/import.ts'
import type { ImportedModel } from '../../../../src/engine/interchange/onnx/import.ts'
import { Builder } from '../../../../src/engine/program/builder.ts'
import { layoutOf, layoutVariables, packState } from '../../../../src/engine/program/layout.ts'
import { inferShapes, sizeOf } from '../../../../src/shared/graph/shapes.ts'
import type { LayerGraph, Shape } from '../../../../src/shared/graph/types.ts'

const FOLDER = join(import.meta.dirname, '../../../fixtures/onnx')

export interface Network {
  readonly file: string
  readonly exporter: string
  readonly opset: number
  /** Of one example, as PyTorch has it: images [channels, height, width]. */
  readonly input: readonly number[]
  /** Whether the exporter was asked to keep batch norms as they are. */
  readonly batchNorms: boolean
  /** PyTorch's number of trainable parameters, and of entries of weights of two or more dimensions. */
  readonly parameters: number
  readonly kernels: number
  /** onnxruntime's, of three examples. */
  readonly logits: readonly (readonly number[])[]
}

export const networks = (
  JSON.parse(readFileSync(join(FOLDER, 'networks.json'), 'utf8')) as { networks: readonly Network[] }
).networks

export const bytesOf = (file: string): Uint8Array => readFileSync(join(FOLDER, file))

const models = new Map<string, ImportedModel>()

/** The imported model of a file, read once. */
export function modelOf(file: string): ImportedModel {
  const model = models.get(file) ?? importOnnx(bytesOf(file))
  models.set(file, model)
  return model
}

export const inputOf = (graph: LayerGraph): Shape => inferShapes(graph).get(graph.nodes[0].name) ?? []

/** The inputs of make.py for three examples, images with their channels last. */
export function inputsOf({ input }: Pick<Network, 'input'>): Float32Array {
  const size = sizeOf(input)
  const flat = Float32Array.from(
    { length: 3 * size },
    (_, i) => Math.sin(0.37 * i + 0.1) * Math.cos(0.011 * i),
  )
  if (input.length !== 3) return flat
  const [channels, height, width] = input
  const places = height * width
  return flat.map((_, i) => {
    const [example, inside] = [Math.floor(i / size), i % size]
    return flat[example * size + (inside % channels) * places + Math.floor(inside / channels)]
  })
}

/** Logits of three examples in evaluation mode, as float64 or float32. */
export async function logitsOf(
  backend: Backend,
  precision: 'float32' | 'float64',
  { graph, parameters }: ImportedModel,
  x: Float32Array,
): Promise<Float64Array> {
  const layout = layoutOf(graph, false)
  const builder = new Builder()
  const { logits } = lowerModel(builder, graph, layout, builder.feed('x', [3, ...inputOf(graph)]), {
    mode: 'evaluate',
    random: false,
  })
  const functions = [builder.finish('f', [{ name: 'logits', value: logits }])]
  const executable = await backend.compile({ variables: layoutVariables(layout), functions }, { precision })
  try {
    executable.writeAll(packState(layout, { parameters, masks: new Map() }))
    return Float64Array.from(
      executable.run('f', { x: precision === 'float64' ? Float64Array.from(x) : x }).logits,
    )
  } finally {
    executable.dispose()
  }
}

/** The largest difference from onnxruntime's logits, as a part of the largest logit. */
export function apartFrom({ logits }: Network, got: Float64Array): number {
  const expected = logits.flat()
  const largest = Math.max(...expected.map(Math.abs))
  return Math.max(...expected.map((value, i) => Math.abs(value - got[i]))) / largest
}
