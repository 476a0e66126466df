/** Layers of runs: first weights computed again, and kernels judged. */
import {
  initializeRun,
  lazyBackend,
  lookAtKernel,
  openBackend,
  openDataset,
  openScoreData,
  withMethods,
} from '../../../engine/index.ts'
import type { KernelLookRequest, ModelState, OwnContents } from '../../../engine/index.ts'
import type { LayerGraph } from '../../../shared/graph/types.ts'
import type { RunSpec } from '../../../shared/spec/schema.ts'
import type { Task } from '../task-protocol.ts'

export interface FirstStateInput {
  readonly spec: RunSpec
  readonly graph: LayerGraph
  /** On which the run was initialized; null for whichever is there. */
  readonly backend: string | null
  readonly methods: OwnContents
}

async function firstState({ spec, graph, backend }: FirstStateInput, progress: (value: unknown) => void) {
  const dataset = await openScoreData(spec, openDataset)
  try {
    const chosen = backend === null || backend === 'sparse' ? await lazyBackend() : await openBackend(backend)
    const { state } = await initializeRun(spec, graph, dataset, chosen, (_, fraction) => progress(fraction))
    return state satisfies ModelState
  } finally {
    dataset?.close()
  }
}

export const layerTasks = {
  'layer/first-state': (input, progress) => {
    const request = input as FirstStateInput
    return withMethods(request.methods, () => firstState(request, progress))
  },
  'layer/look': (input) => Promise.resolve(lookAtKernel(input as KernelLookRequest)),
} satisfies Readonly<Record<string, Task>>
