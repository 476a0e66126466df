/** Data sets. One download of a set at a time; whoever asks for it again waits for the same one. */
import { existsSync } from 'node:fs'
import { linkData } from '../../engine/index.ts'
import type { DataCheck, DataEntry, DataName, DataProgress, DataSamples } from '../../shared/contract/data.ts'
import { BenchError } from '../../shared/contract/errors.ts'
import type { LabContext } from '../context.ts'
import { queueOf } from '../context.ts'
import { addOwnData, forgetOwnData, listOwnData, relabelOwnData } from '../store/own-data.ts'
import { runTask } from '../threads/task-thread.ts'
import type { DataTaskInputs } from '../threads/tasks/data.ts'
import type { Handlers } from './types.ts'

interface Fetching {
  readonly abort: AbortController
  readonly done: Promise<unknown>
  progress: DataProgress
}

const labs = new WeakMap<LabContext, Map<DataName, Fetching>>()

function fetchesOf(context: LabContext): Map<DataName, Fetching> {
  const fetches = labs.get(context) ?? new Map<DataName, Fetching>()
  labs.set(context, fetches)
  return fetches
}

function task<N extends keyof DataTaskInputs>(
  context: LabContext,
  name: N,
  input: DataTaskInputs[N],
): Promise<unknown> {
  return runTask(context.workerUrl, name, input)
}

const looking = new WeakMap<LabContext, Promise<DataEntry[]>>()

/** Looks at the store in a thread; who asks meanwhile gets the same answer. */
function look(context: LabContext): Promise<DataEntry[]> {
  const known = looking.get(context)
  if (known) return known
  const entries = (runTask(context.workerUrl, 'data/list', null) as Promise<DataEntry[]>).finally(() =>
    looking.delete(context),
  )
  looking.set(context, entries)
  return entries
}

async function list(context: LabContext): Promise<readonly DataEntry[]> {
  const entries = await look(context)
  const fetches = fetchesOf(context)
  return entries.map((entry) => ({ ...entry, fetching: fetches.get(entry.name)?.progress ?? null }))
}

/** Begins a download, or finds the one that is going on. */
function fetching(context: LabContext, name: DataName): Fetching {
  const fetches = fetchesOf(context)
  const known = fetches.get(name)
  if (known) return known
  const abort = new AbortController()
  const tell = (value: unknown): void => {
    fetch.progress = value as DataProgress
    context.emitter.emit('data/progress', { name, progress: fetch.progress })
  }
  const done = runTask(
    context.workerUrl,
    'data/get',
    { name },
    { onProgress: tell, signal: abort.signal },
  ).finally(() => {
    fetches.delete(name)
    context.emitter.emit('data/changed', { name })
  })
  const fetch: Fetching = { abort, done, progress: { received: 0, total: 0, what: 'Looking for it' } }
  fetches.set(name, fetch)
  context.emitter.emit('data/changed', { name })
  return fetch
}

async function entryOf(context: LabContext, name: DataName): Promise<DataEntry> {
  const entry = (await list(context)).find((each) => each.name === name)
  if (!entry) throw new Error(`data: no entry for ${name}`)
  return entry
}

export const dataHandlers: Handlers<
  | 'data/list'
  | 'data/get'
  | 'data/cancel'
  | 'data/check'
  | 'data/samples'
  | 'data/link'
  | 'data/own'
  | 'data/add'
  | 'data/relabel'
  | 'data/forget'
> = {
  'data/list': (context) => list(context),
  'data/get': async (context, { name }) => {
    await fetching(context, name).done
    return entryOf(context, name)
  },
  'data/cancel': async (context, { name }) => {
    const fetch = fetchesOf(context).get(name)
    fetch?.abort.abort()
    // Whoever asked for the data hears of its end.
    await fetch?.done.catch(() => undefined)
    return entryOf(context, name)
  },
  'data/check': async (context, input) => (await task(context, 'data/check', input)) as DataCheck,
  'data/samples': async (context, input) => (await task(context, 'data/samples', input)) as DataSamples,
  'data/link': (context, { name, path }) => {
    linkData(name, path)
    context.emitter.emit('data/changed', { name })
    return entryOf(context, name)
  },
  'data/own': (context) => listOwnData(context.database),
  'data/add': (context, { path, label }) => {
    if (!existsSync(path)) throw new BenchError('not-found', `${path} is not there.`, 'path')
    queueOf(context)
    const added = addOwnData(context.database, path, label)
    context.emitter.emit('data/changed', { name: 'file' })
    return added
  },
  'data/relabel': (context, { path, label }) => {
    queueOf(context)
    if (!listOwnData(context.database).some((entry) => entry.path === path))
      throw new BenchError('not-found', `${path} is not among your own data.`, 'path')
    const changed = relabelOwnData(context.database, path, label)
    context.emitter.emit('data/changed', { name: 'file' })
    return changed
  },
  'data/forget': (context, { path }) => {
    queueOf(context)
    forgetOwnData(context.database, path)
    context.emitter.emit('data/changed', { name: 'file' })
    return listOwnData(context.database)
  },
}
