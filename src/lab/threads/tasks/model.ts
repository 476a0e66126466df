/** Describing a model where that takes scores of its weights or an initialization. */
import { existsSync } from 'node:fs'
import {
  dataFolder,
  describeModel,
  openBackend,
  openDataset,
  openScoreData,
  withMethods,
} from '../../../engine/index.ts'
import type { Dataset, OwnContents } from '../../../engine/index.ts'
import type { ModelDescription } from '../../../shared/contract/model.ts'
import { BenchError } from '../../../shared/contract/errors.ts'
import { scoresOf } from '../../../shared/methods/traits.ts'
import type { RunSpec } from '../../../shared/spec/schema.ts'
import { buildNetwork } from '../../../shared/zoo/index.ts'
import type { Task } from '../task-protocol.ts'

export interface ModelTaskInput {
  readonly spec: RunSpec
  readonly input: readonly number[]
  readonly classes: number
  /** The specification's own methods; a quick description needs none. */
  readonly methods?: OwnContents
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
  const graph = buildNetwork(spec, input, classes)
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
  'model/show': (input) => {
    const { methods, ...request } = input as ModelTaskInput
    return withMethods(methods, () => describe(request))
  },
} satisfies Readonly<Record<string, Task>>
