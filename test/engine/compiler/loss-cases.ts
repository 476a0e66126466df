/** Losses against PyTorch's numbers (test/fixtures/losses.py), of logits that a model hands on. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { compileTraining } from '../../../src/engine/compiler/training.ts'
import type { Backend } from '../../../src/engine/program/backend.ts'
import { packState, unpackState } from '../../../src/engine/program/layout.ts'
import type { LayerGraph } from '../../../src/shared/graph/types.ts'

interface Case {
  readonly kind: 'cross-entropy' | 'binary-cross-entropy'
  readonly mixed: 'none' | 'shares' | 'whole'
  readonly smoothing: number
  readonly shares: readonly number[]
  readonly otherShares: readonly number[]
  readonly loss: number
  readonly gradient: readonly number[]
}

interface File {
  readonly logits: readonly number[]
  readonly labels: readonly number[]
  readonly others: readonly number[]
  readonly cases: readonly Case[]
}

const file = JSON.parse(readFileSync(join(import.meta.dirname, '../../fixtures/losses.json'), 'utf8')) as File

export const lossCases = file.cases.map(
  (each) => [`${each.kind}, mixed ${each.mixed}, smoothed ${each.smoothing}`, each] as const,
)

/**
 * One linear layer over an input that names each example: the kernel is the logits, so that its gradient is
 * the loss's by the logits, and a step of SGD at rate 1 tells it.
 */
export async function expectLoss(backend: Backend, given: Case, digits: number): Promise<void> {
  const { logits, labels, others } = file
  const batchSize = labels.length
  const classes = logits.length / batchSize
  const graph: LayerGraph = {
    name: 'logits',
    output: 'layer',
    classes,
    nodes: [
      { name: 'input', inputs: [], kind: 'input', shape: [batchSize] },
      { name: 'layer', inputs: ['input'], kind: 'dense', units: classes, bias: false, maskable: true },
    ],
  }
  const training = compileTraining(graph, {
    batchSize,
    labelSmoothing: given.smoothing,
    loss: given.kind,
    mixed: given.mixed !== 'none',
    optimizer: 'sgd',
    momentum: 0,
    nesterov: false,
    weightDecay: 0,
    denseGradients: true,
  })
  const executable = await backend.compile(training.program)
  try {
    const mask = new Uint8Array(logits.length).fill(1)
    const state = {
      parameters: new Map([['layer.kernel', Float64Array.from(logits)]]),
      masks: new Map([['layer.kernel', mask]]),
    }
    executable.writeAll(packState(training.layout, state))
    const mixed = {
      otherY: Int32Array.from(others),
      shares: Float32Array.from(given.shares),
      otherShares: Float32Array.from(given.otherShares),
    }
    const feeds = {
      x: Float32Array.from({ length: batchSize ** 2 }, (_, i) => Number(i % (batchSize + 1) === 0)),
      y: Int32Array.from(labels),
      ...(given.mixed === 'none' ? {} : mixed),
    }
    const { 'layer.kernel': dense } = executable.run('denseGradients', feeds)
    dense.forEach((value, i) => expect(value).toBeCloseTo(given.gradient[i], digits))
    if (given.smoothing === 0 && given.mixed === 'none') {
      const weights = new Float32Array(batchSize).fill(1)
      const { loss } = executable.run('evaluate', { x: feeds.x, y: feeds.y, weights })
      expect(loss[0] / batchSize).toBeCloseTo(given.loss, digits - 1)
    }
    const { loss } = executable.run('train', { ...feeds, rate: Float32Array.of(1) })
    expect(loss[0]).toBeCloseTo(given.loss, digits - 1)
    const after = unpackState(training.layout, executable.readAll()).parameters.get('layer.kernel') ?? []
    after.forEach((value, i) => expect(logits[i] - value).toBeCloseTo(given.gradient[i], digits - 1))
  } finally {
    executable.dispose()
  }
}
