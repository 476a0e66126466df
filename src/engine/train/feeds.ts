/**
 * What a training step is fed: the rows of a step, their augmentation, the rate, and the random numbers of
 * dropout.
 */
import { optimizerOf } from '../../shared/methods/optimizers/index.ts'
import type { RunSpec } from '../../shared/spec/schema.ts'
import type { Feeds } from '../program/backend.ts'
import type { TrainingProgram } from '../program/types.ts'
import type { Batch, Dataset, ResidentSet, Selection } from '../data/types.ts'
import type { TensorData } from '../ops/ir.ts'
import type { Stream } from '../rng.ts'
import { mixedFeeds, mixes } from './mixing.ts'
import { placeInPlan, type TrainingPlan } from '../../shared/planning/plan.ts'
import { learningRate } from './schedule.ts'

/** A step's batch may be asked for twice; what is mixed is a copy. */
const copied = (batch: Batch): Batch => ({ ...batch, x: batch.x.slice() })

/**
 * Makes the feeds of any step from nothing but the seed and the step, so that a resumed run meets the same
 * data.
 */
export class StepFeeds {
  readonly #spec: RunSpec
  readonly #dataset: Dataset
  readonly #plan: TrainingPlan
  readonly #stream: Stream
  readonly #program: TrainingProgram
  #epoch = -1
  #ahead: { readonly step: number; readonly batch: Batch | Promise<Batch> } | null = null
  #order: Int32Array = new Int32Array(0)

  constructor(spec: RunSpec, dataset: Dataset, plan: TrainingPlan, program: TrainingProgram, stream: Stream) {
    this.#spec = spec
    this.#dataset = dataset
    this.#plan = plan
    this.#program = program
    this.#stream = stream
  }

  /** Rows of the training set that a step takes, in order; with repeats each so many times in a row. */
  rows(step: number): Int32Array {
    const epoch = Math.floor(step / this.#plan.stepsPerEpoch)
    if (epoch !== this.#epoch) {
      this.#order = this.#stream.split('data order', epoch).permutation(this.#dataset.size('train'))
      this.#epoch = epoch
    }
    const { training, data } = this.#spec
    const { batchSize } = training
    const start = (step % this.#plan.stepsPerEpoch) * batchSize
    if (data.repeats === 1) return this.#order.subarray(start, start + batchSize)
    return Int32Array.from(
      { length: batchSize },
      (_, k) => this.#order[Math.floor((start + k) / data.repeats)],
    )
  }

  /** Feeds of `train` for a step (from 0): x, y, rate, the optimizer's scalars, dropout's numbers. */
  async train(step: number): Promise<Feeds> {
    const feeds: Record<string, TensorData> = await this.data(step)
    feeds['rate'] = Float32Array.of(this.#rate(step))
    for (const [name, value] of Object.entries(this.#scalars(step))) feeds[name] = Float32Array.of(value)
    return feeds
  }

  /** Feeds of `runSteps` for `count` steps from `step` on: what `train` would be fed, without the pixels. */
  trainMany(step: number, count: number, resident: ResidentSet): Record<string, TensorData> {
    const { batchSize } = this.#spec.training
    const selections = Array.from({ length: count }, (_, i) =>
      resident.select(this.rows(step + i), this.#stream.split('augmentation', step + i)),
    )
    const joined = (name: keyof Selection): Int32Array => {
      const all = new Int32Array(count * batchSize)
      selections.forEach((selection, i) => all.set(selection[name], i * batchSize))
      return all
    }
    const each = (value: (step: number) => number): Float32Array =>
      Float32Array.from({ length: count }, (_, i) => value(step + i))
    const feeds: Record<string, TensorData> = {
      images: joined('images'),
      rate: each((at) => this.#rate(at)),
    }
    if (resident.examples.crops) {
      feeds['rowCrops'] = joined('rowCrops')
      feeds['columnCrops'] = joined('columnCrops')
    }
    for (const name of Object.keys(this.#scalars(step))) feeds[name] = each((at) => this.#scalars(at)[name])
    return feeds
  }

  #rate(step: number): number {
    const { schedule, scheduleSteps } = placeInPlan(this.#plan, step)
    return learningRate(this.#spec.training, schedule, scheduleSteps)
  }

  /** What the optimizer is fed at a step besides the rate; it begins anew with each round. */
  #scalars(step: number): Readonly<Record<string, number>> {
    const { constants, scalars } = optimizerOf(this.#spec.training.optimizer)
    const { inRound } = placeInPlan(this.#plan, step)
    return scalars({ ...constants, ...this.#program.program.training?.options.constants }, inRound)
  }

  /** The part that `denseGradients` takes too: x, y, what mixed examples have, and dropout's numbers. */
  async data(step: number): Promise<Record<string, TensorData>> {
    const batch = await this.#batch(step)
    const feeds: Record<string, TensorData> = mixes(this.#spec)
      ? mixedFeeds(copied(batch), this.#dataset.shape, this.#spec, this.#stream.split('mixing', step))
      : { x: batch.x, y: batch.y }
    if (this.#program.randomFeeds.length > 0) {
      const stream = this.#stream.split('dropout', step)
      for (const { name, size } of this.#program.randomFeeds) {
        feeds[name] = Float32Array.from({ length: size }, () => stream.uniform())
      }
    }
    return feeds
  }

  /** The batch of a step; the next one is begun at once, so that decoders work while the native step runs. */
  async #batch(step: number): Promise<Batch> {
    const batch = await (this.#ahead?.step === step ? this.#ahead.batch : this.#load(step))
    const next = step + 1
    if (next >= this.#plan.totalSteps || this.#ahead?.step === next) return batch
    const loading = this.#load(next)
    // A failure is met when the batch is asked for, not here.
    if (loading instanceof Promise) loading.catch(() => undefined)
    this.#ahead = { step: next, batch: loading }
    return batch
  }

  #load(step: number): Batch | Promise<Batch> {
    return this.#dataset.trainBatch(this.rows(step), this.#stream.split('augmentation', step))
  }
}
