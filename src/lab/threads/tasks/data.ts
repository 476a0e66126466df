/** Data sets: listing, fetching, checking and sampling read whole files, and so happen here. */
import { checkData, fetchDataset, identifyData, listData, sampleData } from '../../../engine/index.ts'
import type { DataIdentity, DataPlace } from '../../../engine/index.ts'
import { OWN_FILES } from '../../../shared/spec/data-schema.ts'
import type { DataName } from '../../../shared/contract/data.ts'
import type { Task } from '../task-protocol.ts'
import { throttled } from './throttled.ts'

/** Inputs as the handlers parsed them. */
export interface DataTaskInputs {
  readonly 'data/get': { readonly name: DataName }
  readonly 'data/check': { readonly name: DataName; readonly path: string; readonly label: string }
  readonly 'data/identify': DataPlace
  readonly 'data/ready': readonly DataPlace[]
  readonly 'data/samples': {
    readonly name: DataName
    readonly path: string
    readonly label: string
    readonly perClass: number
    readonly classes: number
  }
}

const get: Task = (input, progress, signal) => {
  const { name } = input as DataTaskInputs['data/get']
  const tell = throttled(progress)
  return fetchDataset(name, (received, total, what) => tell({ received, total, what }), signal)
}

/** Fetches what can be fetched and is missing, and says what each of some data is. */
const ready: Task = async (input, progress, signal) => {
  const places = input as DataTaskInputs['data/ready']
  const found: DataIdentity[] = []
  for (const place of places) {
    const { name, path } = place
    const tell = throttled((value) => progress({ name, progress: value }))
    if (path === '' && !OWN_FILES.includes(name))
      await fetchDataset(name, (received, total, what) => tell({ received, total, what }), signal)
    found.push(await identifyData(place))
  }
  return found
}

export const dataTasks = {
  'data/list': () => Promise.resolve(listData()),
  'data/get': get,
  'data/check': (input) => {
    const { name, path, label } = input as DataTaskInputs['data/check']
    return checkData(name, path, label)
  },
  'data/samples': (input) => {
    const { name, path, label, perClass, classes } = input as DataTaskInputs['data/samples']
    return sampleData(name, path, label, perClass, classes)
  },
  'data/ready': ready,
  'data/identify': (input) => identifyData(input as DataTaskInputs['data/identify']),
} satisfies Readonly<Record<string, Task>>
