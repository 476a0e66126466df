/** Describing a model where that takes scores of its weights or an initialization. */
import { existsSync } from 'node:fs'
import { openBackend } from '../../../engine/backend/index.ts'
import { dataFolder, openDataset } from '../../../engine/data/index.ts'
import type { Dataset } from '../../../engine/data/types.ts'
import { openScoreData } from '../../../engine/train/densities.ts'
import { describeModel } from '../../../engine/train/describe.ts'
import type { ModelDescription } from '../../../shared/contract/model.ts'
import { BenchError } from '../../../shared/contract/errors.ts'
import { scoresOf } from '../../../shared/methods/traits.ts'
import type { RunSpec } from '../../../shared/spec/schema.ts'
import { buildModel } from '../../../shared/zoo/index.ts'
import type { Task } from '../task-protocol.ts'

export interface ModelTaskInput {
  readonly spec: RunSpec
  readonly input: readonly number[]
  readonly classes: number
}

/** The data that scores are taken on; looking at a model downloads nothing. */
async function openStored(data: RunSpec['data']): Promise<Dataset> {
  const folder = dataFolder(data)
  if (existsSync(folder)) return openDataset(data)
  throw new BenchError(
    'bad-data',
    `It is not in ${folder}; fetch it first (Data page, or \`lab data get\`)`,
    'data.name',
  )
}

/** The description, with the backend that the distribution needs. */
export async function describe({ spec, input, classes }: ModelTaskInput): Promise<ModelDescription> {
  const graph = buildModel(spec.model, input, classes)
  const scored = scoresOf(spec)
  const dataset = await openScoreData(spec, openStored)
  try {
    // The reference loads nothing native, so that the quick descriptions may happen outside a thread.
    return await describeModel(
      spec,
      graph,
      dataset,
      await openBackend(scored === 'nothing' ? 'reference' : 'auto'),
    )
  } finally {
    dataset?.close()
  }
}

export const modelTasks = {
  'model/show': (input) => describe(input as ModelTaskInput),
} satisfies Readonly<Record<string, Task>>
