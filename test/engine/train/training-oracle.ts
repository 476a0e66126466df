/**
 * 20 steps of a masked ResNet-8 against PyTorch: test/oracles-models/training.json, whose maker tells the
 * rules.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { LayerGraph } from '../../../src/shared/graph/types.ts'
import { parametersOf } from '../../../src/shared/graph/parameters.ts'
import { modelSchema, runSpecSchema } from '../../../src/shared/spec/schema.ts'
import { buildModel } from '../../../src/shared/zoo/index.ts'
import type { Backend, CompileOptions } from '../../../src/engine/program/backend.ts'
import { packState, unpackState } from '../../../src/engine/program/layout.ts'
import { compileTraining } from '../../../src/engine/compiler/training.ts'
import type { ModelState } from '../../../src/engine/program/types.ts'
import { sizeOf } from '../../../src/shared/graph/shapes.ts'
import { learningRate } from '../../../src/engine/train/schedule.ts'
import { parameterValues, uniform } from '../compiler/zoo-harness.ts'

interface TrainingOracle {
  readonly seed: number
  readonly batch: number
  readonly input: readonly [number, number, number]
  readonly classes: number
  readonly steps: number
  readonly density: number
  readonly rate: number
  readonly momentum: number
  readonly decay: number
  readonly milestones: readonly number[]
  readonly gamma: number
  readonly losses: readonly number[]
  readonly evaluation: number
  readonly statistics: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>
  readonly norms: Readonly<Record<string, number>>
}

function oracle(): TrainingOracle {
  const folder = process.env.ORACLES_MODELS ?? join(import.meta.dirname, '../../oracles-models')
  return JSON.parse(readFileSync(join(folder, 'training.json'), 'utf8')) as TrainingOracle
}

function firstState(graph: LayerGraph, { seed, density }: TrainingOracle): ModelState {
  const specs = parametersOf(graph)
  const masks = specs
    .filter(({ maskable }) => maskable)
    .map(({ name, shape }): [string, Uint8Array] => {
      const drawn = uniform(`mask.${name}`, sizeOf(shape), seed)
      return [name, Uint8Array.from(drawn, (u) => Number(u < density - 0.5))]
    })
  return {
    parameters: new Map(specs.map((spec) => [spec.name, parameterValues(spec, seed)])),
    masks: new Map(masks),
  }
}

/**
 * Trains on the backend and compares the first `steps` losses with PyTorch's; where these are all, the
 * running statistics, the loss in evaluation mode and the norms of the parameters too. `tolerance` is
 * relative.
 */
export async function runTrainingOracle(
  backend: Backend,
  precision: NonNullable<CompileOptions['precision']>,
  steps: number,
  tolerance: number,
): Promise<void> {
  const given = oracle()
  const { seed, batch, classes } = given
  // A third of the depth of ResNet-20: one block a stage.
  const model = modelSchema.parse({ name: 'resnet', depth: 20, depthMultiplier: 1 / 3, activation: 'relu' })
  const graph = buildModel(model, given.input, classes)
  const compiled = compileTraining(graph, {
    batchSize: batch,
    labelSmoothing: 0,
    optimizer: 'sgd',
    momentum: given.momentum,
    nesterov: true,
    weightDecay: given.decay,
    denseGradients: false,
  })
  const { training } = runSpecSchema.parse({
    training: {
      learningRate: given.rate,
      schedule: 'step',
      milestones: given.milestones,
      gamma: given.gamma,
    },
  })
  const Float = precision === 'float64' ? Float64Array : Float32Array
  const images = (name: string) =>
    Float.from(uniform(name, batch * sizeOf(given.input), seed).map((u) => 2 * u))
  const labels = (step: number) => Int32Array.from({ length: batch }, (_, i) => (i + step) % classes)
  const near = (found: number, expected: number, what: string): void =>
    expect(Math.abs(found - expected) / Math.max(Math.abs(expected), 0.1), what).toBeLessThan(tolerance)
  const executable = await backend.compile(compiled.program, { precision })
  try {
    executable.writeAll(packState(compiled.layout, firstState(graph, given)))
    for (let step = 0; step < steps; step++) {
      const rate = Float.of(learningRate(training, step, given.steps))
      const { loss } = executable.run('train', { x: images(`batch.${step}`), y: labels(step), rate })
      near(loss[0], given.losses[step], `loss of step ${step}`)
    }
    if (steps < given.steps) return
    const { parameters } = unpackState(compiled.layout, executable.readAll())
    for (const [layer, statistics] of Object.entries(given.statistics)) {
      for (const [role, values] of Object.entries(statistics)) {
        const found = parameters.get(`${layer}.${role}`)
        values.forEach((value, i) => near(found?.[i] ?? NaN, value, `${layer}.${role}[${i}]`))
      }
    }
    const weights = new Float(batch).fill(1)
    const evaluated = executable.run('evaluate', { x: images('evaluation'), y: labels(0), weights })
    near(evaluated['loss'][0] / batch, given.evaluation, 'loss in evaluation mode')
    for (const { name, trainable } of parametersOf(graph)) {
      if (!trainable) continue
      const expected = given.norms[torchName(name)]
      near(Math.hypot(...(parameters.get(name) ?? [NaN])), expected, `norm of ${name}`)
    }
  } finally {
    executable.dispose()
  }
}

function torchName(name: string): string {
  return name.replace(/\.(kernel|scale)$/, '.weight').replace(/\.shift$/, '.bias')
}
