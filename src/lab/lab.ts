/**
 * The lab: a home folder opened, its queue running, its methods callable. The window's process and the
 * command line make the same one.
 */
import { NATIVE_ENVIRONMENT } from '../engine/index.ts'
import { BenchError } from '../shared/contract/errors.ts'
import { parseCall } from '../shared/contract/calls/index.ts'
import type { LabInput, LabMethod, LabOutput } from '../shared/contract/lab.ts'
import manifest from '../../package.json' with { type: 'json' }
import { findBackends } from './process/backends.ts'
import { keepBackups, refusedWrite, whenFree } from './process/home-watch.ts'
import { keepLookingAtSeals } from './process/look-at-seals.ts'
import { tellChangesOfOthers } from './process/beside.ts'
import { countedState } from './run/counted-state.ts'
import type { LabDoor } from './lab-door.ts'
import { watchClusters } from './cluster/watch.ts'
import type { LabContext } from './context.ts'
import { LabEmitter } from './process/emitter.ts'
import { Grants } from './process/grants.ts'
import { checkPageRequest } from './process/page-gate.ts'
import type { LabEventName } from './process/emitter.ts'
import { openHome } from './open-home.ts'
import type { OpenedHome, OpeningOptions } from './open-home.ts'
import { runEnvironment } from './environment.ts'
import { handle } from './handlers/index.ts'
import { Computer, findComputerFile } from './methods/computer.ts'
import { RegisteredMethods } from './methods/registered.ts'
import { methodsFor } from './methods/runs.ts'
import { Queue } from './run/queue.ts'
import { explainDatabase, explainSystem } from './store/failures.ts'
import { pathsOf } from './store/home.ts'
import type { HomePaths } from './store/home.ts'
import { rememberSound } from './store/health.ts'
import type { DescribeReply } from './threads/protocol.ts'

export type { LabDoor } from './lab-door.ts'

export interface LabOptions extends OpeningOptions {
  /** Home folder; see findHome. */
  readonly home: string
  /** Entry of a run's thread: worker.ts, or what it is bundled into. */
  readonly workerUrl: URL
  /** `all` (default) starts with what is queued; `none` waits for `work`. */
  readonly start?: 'all' | 'none'
  readonly checkpointEveryMs?: number
  readonly now?: () => Date
  /** The user’s settings of own methods on this computer; default their usual place. */
  readonly computerFile?: string
  /** Hears what goes wrong inside the lab itself (a full disk, a defect). */
  readonly onError?: (error: unknown) => void
}

export interface Lab extends LabDoor {
  /** The same for what came over a port. @throws BenchError `bad-input` for an unknown method. */
  request(method: string, input: unknown): Promise<unknown>
  /** The same for the page, which may less. @throws BenchError `bad-input` for what it may not. */
  requestOfPage(method: string, input: unknown): Promise<unknown>
  onAny(listener: (name: LabEventName, payload: unknown) => void): () => void
  /** Why this lab only reads, where it was meant to write. */
  readonly readOnly: BenchError | null
  /** Calls back once the home can be written again. */
  onWritable(listener: () => void): void
}

const CHECKPOINT_MS = 30_000

/**
 * Opens the lab of a home.
 * @throws BenchError `in-use`, `newer-database`, `disk-full`, `damaged`, `read-only`, `bad-file`.
 */
export function openLab(options: LabOptions): Lab {
  for (const [name, value] of Object.entries(NATIVE_ENVIRONMENT)) process.env[name] ??= value
  const now = options.now ?? (() => new Date())
  const paths = pathsOf(options.home)
  const opened = openHome(paths, options, now)
  try {
    return labOf(opened, paths, options, now)
  } catch (error) {
    opened.database.close()
    opened.release()
    throw explainDatabase(error, paths.database)
  }
}

/** The lab of a home that is open; what it throws leaves the home open. */
function labOf(opened: OpenedHome, paths: HomePaths, options: LabOptions, now: () => Date): Lab {
  const emitter = new LabEmitter()
  const onError = options.onError ?? (() => undefined)
  const { database, readOnly } = opened
  const computer = new Computer(options.computerFile ?? findComputerFile())
  const registered = new RegisteredMethods(database)
  const queue = opened.reads
    ? null
    : new Queue({
        database,
        emitter,
        onError,
        now,
        workerUrl: options.workerUrl,
        checkpointFolder: paths.checkpoints,
        modelsFolder: paths.models,
        ratesFile: paths.rates,
        methods: (spec) => methodsFor({ database, computer }, spec),
        checkpointEveryMs: options.checkpointEveryMs ?? CHECKPOINT_MS,
        lab: `${process.pid}-${now().toISOString()}`,
        environment: runEnvironment(manifest.version),
      })
  let found: Promise<DescribeReply> | null = null
  let closing: Promise<void> | null = null
  const context: LabContext = {
    database,
    queue,
    readOnly,
    emitter,
    paths,
    computer,
    methodsChanged: () => {
      registered.refresh()
      emitter.emit('methods/changed', {})
    },
    grants: new Grants(),
    now,
    workerUrl: options.workerUrl,
    version: manifest.version,
    backends: () => (found ??= findBackends(options.workerUrl)),
    backendsChanged: () => {
      found = null
    },
  }
  const request = async (method: string, input: unknown): Promise<unknown> => {
    if (closing) throw new BenchError('unavailable', 'The lab is closing.')
    const asked = parseCall(method, input)
    try {
      return await handle(context, asked.method, asked.input)
    } catch (error) {
      throw (
        (database.readonly && refusedWrite(error) && readOnly) ||
        explainSystem(explainDatabase(error, paths.database))
      )
    }
  }
  const ends = [
    ...(queue && options.start !== 'none' ? [watchClusters(context, onError)] : []),
    ...(opened.reads
      ? []
      : [keepLookingAtSeals(context, onError), keepBackups(database, paths, now, onError)]),
    ...(readOnly ? [tellChangesOfOthers(database, emitter, () => countedState(database))] : []),
  ]
  const shut = async (): Promise<void> => {
    try {
      await queue?.close()
      for (const end of ends) await end()
    } finally {
      registered.close()
      database.close()
      if (!opened.reads) rememberSound(paths.database, now())
      opened.release()
    }
  }
  if (queue && options.start !== 'none') queue.start(null)
  return {
    request,
    requestOfPage: async (method, input) => {
      checkPageRequest(context, method, input)
      return request(method, input)
    },
    call: <M extends LabMethod>(method: M, input: LabInput<M>) =>
      request(method, input) as Promise<LabOutput<M>>,
    on: (name, listener) => emitter.on(name, listener),
    onAny: (listener) => emitter.onAny(listener),
    onMissed: () => () => undefined,
    goesOn: false,
    methodsFor: (spec) => methodsFor(context, spec),
    work: (only) => queue?.start(only),
    readOnly,
    onWritable: (listener) => {
      if (readOnly?.code === 'in-use') ends.push(whenFree(paths, listener))
    },
    close: () => (closing ??= shut()),
  }
}
