/** TensorFlow for an installed program; one fetch at a time. */
import { bindingOfUser } from '../../engine/index.ts'
import type { DataProgress } from '../../shared/contract/data.ts'
import { BenchError } from '../../shared/contract/errors.ts'
import type { TensorFlowState } from '../../shared/contract/tensorflow.ts'
import type { LabContext } from '../context.ts'
import { carriedBinding } from '../process/installed.ts'
import { canInstall } from '../tensorflow/install.ts'
import { wheelsOf } from '../tensorflow/manifest.ts'
import { runTask } from '../threads/task-thread.ts'
import type { Handlers } from './types.ts'

interface Fetch {
  readonly abort: AbortController
  progress: DataProgress
}

const fetches = new WeakMap<LabContext, Fetch>()

function stateOf(context: LabContext): TensorFlowState {
  return {
    offered: canInstall(carriedBinding()),
    here: bindingOfUser() !== null,
    download: wheelsOf('cpu').reduce((sum, { bytes }) => sum + bytes, 0),
    fetching: fetches.get(context)?.progress ?? null,
  }
}

function tell(context: LabContext): TensorFlowState {
  const state = stateOf(context)
  context.emitter.emit('tensorflow/changed', state)
  return state
}

export const tensorFlowHandlers: Handlers<'tensorflow/state' | 'tensorflow/install' | 'tensorflow/cancel'> = {
  'tensorflow/state': (context) => stateOf(context),
  'tensorflow/install': async (context, { variant, path }) => {
    if (fetches.has(context)) throw new BenchError('conflict', 'TensorFlow is being fetched already.')
    const fetch: Fetch = {
      abort: new AbortController(),
      progress: { received: 0, total: 0, what: 'Looking for it' },
    }
    fetches.set(context, fetch)
    tell(context)
    try {
      const request = { variant, from: path === undefined ? [] : [path], carried: carriedBinding() ?? '' }
      await runTask(context.workerUrl, 'tensorflow/install', request, {
        signal: fetch.abort.signal,
        onProgress: (progress) => {
          fetch.progress = progress as DataProgress
          tell(context)
        },
      })
      context.backendsChanged()
    } finally {
      fetches.delete(context)
      tell(context)
    }
    return stateOf(context)
  },
  'tensorflow/cancel': (context) => {
    fetches.get(context)?.abort.abort()
    return stateOf(context)
  },
}
