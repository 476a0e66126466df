/**
 * Small trainings with masks that change, against PyTorch: pruning_schedules, after_training and
 * learned_masks of test/oracles. Whole runs of the trainer, on one batch that every step takes, from the
 * first values of the file.
 */
import { expect } from 'vitest'
import { addKnownModels } from '../../../src/shared/models/known.ts'
import { contentHash, modelContent } from '../../../src/shared/models/content.ts'
import { parseModel } from '../../../src/shared/models/parse.ts'
import { runSpecSchema, type RunSpecInput } from '../../../src/shared/spec/schema.ts'
import { buildModel } from '../../../src/shared/zoo/index.ts'
import { sizeOf } from '../../../src/shared/graph/shapes.ts'
import type { MetricPoint } from '../../../src/shared/contract/run.ts'
import type { Dataset } from '../../../src/engine/data/types.ts'
import type { FloatArray } from '../../../src/engine/ops/ir.ts'
import { referenceBackend } from '../../../src/engine/backend/reference/index.ts'
import { layoutOf, packState } from '../../../src/engine/program/layout.ts'
import type { Backend } from '../../../src/engine/program/backend.ts'
import { trainRun } from '../../../src/engine/train/loop.ts'
import type { Checkpoint } from '../../../src/engine/train/types.ts'
import { recorder } from '../../fakes/recorder.ts'
import type { OracleTensor } from '../../oracle.ts'

export type Tensors = Readonly<Record<string, OracleTensor>>

export interface NetworkCase {
  readonly name: string
  readonly kernels: readonly string[]
  readonly params: Tensors
  readonly x: OracleTensor
  readonly labels: readonly number[]
  readonly optimizer: {
    readonly lr: number
    readonly momentum: number
    readonly nesterov: boolean
    readonly weight_decay: number
  }
}

const CONV = parseModel({
  format: 'givens-bench-model',
  version: 1,
  title: 'Two convolutions',
  input: [6, 6, 1],
  classes: 5,
  settings: {},
  layers: [
    { name: 'hidden1', kind: 'conv', filters: 4, kernel: 3, padding: 1, bias: true },
    { name: 'a1', kind: 'activation', activation: 'tanh' },
    { name: 'hidden2', kind: 'conv', filters: 4, kernel: 3, padding: 1, bias: true },
    { name: 'a2', kind: 'activation', activation: 'tanh' },
    { name: 'pool', kind: 'global-average-pool' },
    { name: 'classifier', kind: 'dense', units: '$classes' },
  ],
}).definition

const isConv = ({ params }: NetworkCase): boolean => 'k1' in params

/** `w1` → `hidden1.kernel`; the last layer is the classifier. */
function ownName(name: string): string {
  const layer = name.endsWith('3') ? 'classifier' : `hidden${name.at(-1)}`
  return `${layer}.${name.startsWith('b') ? 'bias' : 'kernel'}`
}

function modelOf(given: NetworkCase) {
  if (!isConv(given)) return { name: 'mlp', depth: 2, width: 8, activation: 'tanh' } as const
  const content = modelContent(CONV)
  addKnownModels([content])
  return { name: 'own:two-convolutions', sha256: contentHash(content) } as const
}

/** Every batch is the file's, whatever rows are asked for. */
function datasetOf(given: NetworkCase): Dataset {
  const { x, labels } = given
  const [count, ...shape] = x.shape
  const batch = {
    x: Float32Array.from(x.data),
    y: Int32Array.from(labels),
    weights: new Float32Array(count).fill(1),
    count,
  }
  return {
    name: 'oracle',
    shape,
    classes: 5,
    classNames: ['0', '1', '2', '3', '4'],
    hash: '',
    size: (split) => (split === 'validation' ? 0 : count),
    trainBatch: () => batch,
    evaluationBatch: () => batch,
    sample: () => {
      throw new Error('not asked for')
    },
    close: () => undefined,
  }
}

export interface Trained {
  /** Training loss before each step, in order. */
  readonly losses: readonly number[]
  /** Loss of the whole batch at an evaluation after so many steps. */
  lossAfter(step: number): number
  /** Entries by the file's names after so many steps, as a checkpoint holds them. */
  after(step: number): { weights: Entries; masks: Entries; backward: Entries; momentum: Entries }
  readonly points: readonly MetricPoint[]
}

type Entries = Readonly<Record<string, readonly number[]>>

export interface AxisRun {
  readonly given: NetworkCase
  readonly spec: RunSpecInput
  readonly backend: Backend
  readonly masks?: Tensors
  /** Densities of pruning, where no distribution has them. */
  readonly targets?: readonly number[]
}

/** Trains a case to its end with a checkpoint after every step. */
export async function trainCase({ given, spec, backend, masks, targets }: AxisRun): Promise<Trained> {
  const { lr, momentum, nesterov, weight_decay } = given.optimizer
  const dataset = datasetOf(given)
  const whole = runSpecSchema.parse({
    ...spec,
    model: modelOf(given),
    training: {
      batchSize: given.labels.length,
      learningRate: lr,
      momentum,
      nesterov,
      weightDecay: weight_decay,
      ...spec.training,
    },
  })
  const graph = buildModel(whole.model, dataset.shape, 5)
  const layout = layoutOf(graph)
  const values = (tensors: Tensors): [string, Float64Array][] =>
    Object.entries(tensors).map(([name, { data }]) => [ownName(name), Float64Array.from(data)])
  const ones = layout.locations
    .filter(({ parameter }) => parameter.maskable)
    .map(({ parameter }): [string, Uint8Array] => [
      parameter.name,
      new Uint8Array(sizeOf(parameter.shape)).fill(1),
    ])
  const first = values(masks ?? {}).map(([name, mask]): [string, Uint8Array] => [name, Uint8Array.from(mask)])
  const variables = packState(layout, {
    parameters: new Map(values(given.params)),
    masks: new Map(first.length > 0 ? first : ones),
  })
  const memory: [string, FloatArray][] = targets
    ? [
        ['pruning:from', Float64Array.from(targets, () => 1)],
        ['pruning:to', Float64Array.from(targets)],
      ]
    : []
  const callbacks = recorder(undefined, () => true)
  await trainRun({
    spec: whole,
    backend: referenceBackend,
    trainer: { backends: [backend] },
    dataset,
    callbacks,
    resumeFrom: {
      step: 0,
      variables,
      memory: new Map(memory),
      best: null,
      wall: 0,
      running: { loss: 0, correct: 0, examples: 0 },
    },
  })
  const { points, checkpoints } = callbacks
  const slice = (checkpoint: Checkpoint, prefix: string): Entries =>
    Object.fromEntries(
      Object.keys(given.params).flatMap((name) => {
        const slot = layout.locations.find(({ parameter }) => parameter.name === ownName(name))
        const data = slot && checkpoint.variables.get(prefix + slot.variable)
        if (!slot || !data) return []
        const size = sizeOf(slot.parameter.shape)
        const from = (slot.index ?? 0) * size
        return [[name, Array.from(data.subarray(from, from + size))]]
      }),
    )
  return {
    losses: points
      .filter(({ phase, name }) => phase === 'train' && name === 'loss')
      .map(({ value }) => value),
    lossAfter: (step) =>
      points.findLast((point) => point.phase === 'test' && point.name === 'loss' && point.step === step)
        ?.value ?? NaN,
    after: (step) => {
      // The first of a step: at the end there is another without what only an optimizer needs.
      const checkpoint = checkpoints.find((each) => each.step === step)
      if (!checkpoint) throw new Error(`no checkpoint of step ${step}`)
      return {
        weights: slice(checkpoint, ''),
        masks: slice(checkpoint, 'mask:'),
        backward: slice(checkpoint, 'backward:'),
        momentum: slice(checkpoint, 'velocity:'),
      }
    },
    points,
  }
}

/** Numbers within float32 of those of the file. */
export function expectNear(got: readonly number[], wanted: readonly number[], tolerance = 1e-5): void {
  expect(got.length).toBe(wanted.length)
  const most = Math.max(1, ...wanted.map(Math.abs))
  got.forEach((value, k) => {
    expect(Math.abs(value - wanted[k]), `entry ${k}: ${value}, expected ${wanted[k]}`).toBeLessThan(
      tolerance * most,
    )
  })
}

/** Every tensor of the file, by its name. */
export function expectTensors(got: Entries, wanted: Tensors, tolerance?: number): void {
  for (const [name, { data }] of Object.entries(wanted)) expectNear(got[name], data, tolerance)
}

export function expectMasks(got: Entries, wanted: Tensors): void {
  for (const [name, { data }] of Object.entries(wanted)) expect(got[name], name).toEqual([...data])
}
