/** How much a study will write: the last weights of each run, its curves and its layers. */
import { existsSync, statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import { optimizerOf } from '../../shared/methods/optimizers/index.ts'
import { isMasked } from '../../shared/methods/traits.ts'
import type { DiskEstimate } from '../../shared/contract/estimate.ts'
import { parametersOf } from '../../shared/graph/parameters.ts'
import { sizeOf } from '../../shared/graph/shapes.ts'
import { trainingExamples } from '../../shared/spec/data-shapes.ts'
import type { RunSpec } from '../../shared/spec/schema.ts'
import { buildNetwork } from '../../shared/zoo/index.ts'
import { knownInputOf } from './own-data.ts'

/** Weights, masks and optimizer slots are stored in single precision. */
const NUMBER_BYTES = 4
/** A row of `metrics` with its part of the tree, as measured on homes of some ten thousand rows. */
const POINT_BYTES = 48
/** A layer report as JSON. */
const LAYER_BYTES = 450
/** Of a run without any metric: its specification, summaries of its series, events. */
const RUN_BYTES = 4000
/** Training reports 20 times between two evaluations, three numbers each; an evaluation gives four. */
const POINTS_PER_EVALUATION = 20 * 3 + 4

/** Bytes of one run: kept at its end, needed while it runs (with the optimizer's slots), in the database. */
export function bytesOf(spec: RunSpec): { kept: number; running: number; metrics: number } {
  const { input, classes } = knownInputOf(spec.data)
  const parameters = parametersOf(buildNetwork(spec, input, classes))
  const masked = isMasked(spec)
  let numbers = 0
  let trained = 0
  let kernels = 0
  for (const { shape, maskable, trainable, role } of parameters) {
    const size = sizeOf(shape)
    numbers += masked && maskable ? 2 * size : size
    if (trainable) trained += size
    if (role === 'kernel') kernels++
  }
  const { optimizer, evaluations } = spec.training
  const epochs = epochsOf(spec)
  const slots = epochs === 0 ? 0 : optimizerOf(optimizer).slots(spec.training).length
  const kept = NUMBER_BYTES * numbers
  return {
    kept,
    running: kept + NUMBER_BYTES * slots * trained,
    metrics:
      RUN_BYTES +
      LAYER_BYTES * kernels +
      POINT_BYTES * POINTS_PER_EVALUATION * Math.ceil(epochs * evaluations),
  }
}

/** Epochs of one training; where steps are given of data whose size is not known here, those of the field. */
function epochsOf({ training, data }: RunSpec): number {
  const examples = trainingExamples(data)
  if (training.steps === 0 || examples === null) return training.epochs
  return (training.steps * training.batchSize) / examples
}

/**
 * Bytes of runs when all are done, at the worst moment: all weights, and the optimizer's slots of as many
 * runs as run side by side. Runs that differ in the seed alone are counted from one.
 */
export function estimateDisk(
  runs: readonly { readonly group: string; readonly spec: RunSpec }[],
  concurrency: number,
  home: string,
): DiskEstimate {
  const byGroup = new Map<string, ReturnType<typeof bytesOf>>()
  const sums = { checkpoints: 0, metrics: 0 }
  let slots = 0
  for (const { group, spec } of runs) {
    const bytes = byGroup.get(group) ?? bytesOf(spec)
    byGroup.set(group, bytes)
    sums.checkpoints += bytes.kept
    sums.metrics += bytes.metrics
    slots = Math.max(slots, bytes.running - bytes.kept)
  }
  return {
    checkpoints: sums.checkpoints + slots * Math.min(concurrency, runs.length),
    metrics: sums.metrics,
    free: freeBytes(home),
  }
}

/** Bytes free for the user where a folder lies or will lie; null where the system does not tell. */
function freeBytes(folder: string): number | null {
  let place = folder
  while (!existsSync(place) && dirname(place) !== place) place = dirname(place)
  try {
    const { bavail, bsize } = statfsSync(place)
    return bavail * bsize
  } catch (error) {
    if (error instanceof Error && 'code' in error) return null
    throw error
  }
}
