/** The calls of the lab that fetch TensorFlow for an installed program. */
import type { DataProgress } from './data.ts'

/** What can be fetched, and what is here. */
export interface TensorFlowState {
  /** Whether this program may fetch it: it is an installed one and carries a binding. */
  readonly offered: boolean
  /** Whether it is here. */
  readonly here: boolean
  /** Bytes of the download of the variant for CPUs. */
  readonly download: number
  /** Of the fetch that is going on; null while there is none. */
  readonly fetching: DataProgress | null
}

export interface TensorFlowEvents {
  'tensorflow/changed': TensorFlowState
}
