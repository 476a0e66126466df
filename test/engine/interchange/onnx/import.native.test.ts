/** Imported networks on TensorFlow: logits, and training from EOI, ERK and SNIP. */
import { expect, test } from 'vitest'
import { sparseBackend } from '../../../../src/engine/backend/sparse/index.ts'
import { openTensorFlow } from '../../../../src/engine/backend/tensorflow/index.ts'
import { compileTraining } from '../../../../src/engine/compiler/training.ts'
import type { TrainingOptions } from '../../../../src/engine/program/types.ts'
import { packState } from '../../../../src/engine/program/layout.ts'
import { initializeRun } from '../../../../src/engine/train/prepare.ts'
import { parametersOf } from '../../../../src/shared/graph/parameters.ts'
import { sizeOf } from '../../../../src/shared/graph/shapes.ts'
import { runSpecSchema } from '../../../../src/shared/spec/schema.ts'
import { madeDataset } from '../../../fakes/made-dataset.ts'
import { apartFrom, inputOf, inputsOf, logitsOf, modelOf, networks } from './networks.ts'

const tensorflow = openTensorFlow()

test.each(networks)('$file on TensorFlow has onnxruntime’s logits', async (network) => {
  const got = await logitsOf(tensorflow, 'float32', modelOf(network.file), inputsOf(network))
  expect(apartFrom(network, got)).toBeLessThan(1e-5)
})

const OPTIONS: TrainingOptions = {
  optimizer: 'sgd',
  momentum: 0.9,
  nesterov: false,
  weightDecay: 0,
  batchSize: 16,
  labelSmoothing: 0,
  denseGradients: false,
}

/** One export of each network. */
const single = networks.filter(({ exporter }) => exporter === 'torchscript')
const METHODS = {
  EOI: { initialization: { scheme: 'eoi' }, sparsity: { distribution: 'erk', density: 0.5 } },
  'ERK-Base': { initialization: { scheme: 'base' }, sparsity: { distribution: 'erk', density: 0.3 } },
  'SNIP-Base': { initialization: { scheme: 'base' }, sparsity: { distribution: 'snip', density: 0.3 } },
} as const

test.each(single)('$file starts with EOI, ERK and SNIP, and trains', async (network) => {
  const { graph } = modelOf(network.file)
  const shape = inputOf(graph)
  // Vectors of 16 are images of 4 × 4, read in one row.
  const [side, channels] = shape.length === 3 ? [shape[0], shape[2]] : [Math.sqrt(shape[0]), 1]
  const dataset = madeDataset({ side, channels, count: 80 })
  const maskable = parametersOf(graph).filter((parameter) => parameter.maskable)
  const training = compileTraining(graph, OPTIONS)
  const executable = await tensorflow.compile(training.program)
  const x = Float32Array.from({ length: 16 * sizeOf(shape) }, (_, i) => Math.sin(0.7 * i))
  const y = Int32Array.from({ length: 16 }, (_, i) => i % graph.classes)
  const random = training.randomFeeds.map(({ name, size }) => [name, new Float32Array(size)] as const)
  const feeds = { x, y, rate: Float32Array.of(0.02), ...Object.fromEntries(random) }
  try {
    for (const [name, method] of Object.entries(METHODS)) {
      const spec = runSpecSchema.parse({
        ...method,
        model: { name: 'mlp' },
        training: { batchSize: 16 },
        seed: 3,
      })
      const { state, reports } = await initializeRun(spec, graph, dataset, tensorflow, () => undefined)
      expect(reports.filter((report) => report.maskable)).toHaveLength(maskable.length)
      executable.writeAll(packState(training.layout, state))
      const losses = Array.from({ length: 10 }, () => executable.run('train', feeds).loss[0])
      expect(losses.every(Number.isFinite), `${name}: ${losses}`).toBe(true)
      expect(Math.min(...losses.slice(5)), name).toBeLessThan(losses[0])
    }
  } finally {
    executable.dispose()
  }
})

test('the sparse backend trains them', () => {
  const told = (file: string): string =>
    sparseBackend.refuses(compileTraining(modelOf(file).graph, OPTIONS).program).join('; ')
  for (const file of [
    'resnet18-torchscript-14.onnx',
    'densenet-torchscript-13.onnx',
    'convnext-torchscript-15.onnx',
    'mobilenet-v2-dynamo-18.onnx',
    'mobilenet-v3-torchscript-13.onnx',
    'vit-torchscript-14.onnx',
  ])
    expect(told(file), file).toBe('')
})
