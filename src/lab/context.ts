/** What handlers work with: the store, the queue, and facts about the program. */
import { BenchError } from '../shared/contract/errors.ts'
import type { Computer } from './methods/computer.ts'
import type { Grants } from './process/grants.ts'
import type { LabEmitter } from './process/emitter.ts'
import type { Queue } from './run/queue.ts'
import type { HomePaths } from './store/home.ts'
import type { Connection } from './store/open.ts'
import type { DescribeReply } from './threads/protocol.ts'

export interface LabContext {
  readonly database: Connection
  /** Null in a lab that only reads. */
  readonly queue: Queue | null
  /** Why a lab that was meant to write only reads; null where it writes, or was asked to read. */
  readonly readOnly: BenchError | null
  readonly emitter: LabEmitter
  readonly paths: HomePaths
  /** Files and folders that the page may name. */
  readonly grants: Grants
  readonly workerUrl: URL
  readonly version: string
  readonly now: () => Date
  /** What the user settled on this computer about methods of their own. */
  readonly computer: Computer
  /** To be called when methods were added, removed or allowed: registers them, and tells. */
  readonly methodsChanged: () => void
  /** Looks once which backends work. */
  readonly backends: () => Promise<DescribeReply>
  /** To be called when that may have changed: the next question looks again. */
  readonly backendsChanged: () => void
}

/** The queue. @throws BenchError in a lab that only reads: why it does, or `in-use`. */
export function queueOf(context: LabContext): Queue {
  if (context.queue) return context.queue
  if (context.readOnly) throw context.readOnly
  throw new BenchError(
    'in-use',
    `The lab in ${context.paths.home} was opened for reading only.`,
    context.paths.home,
  )
}
