/** Looking at data in threads of their own: what they are now, before runs are made on them. */
import { stateOfOwnData } from '../../engine/data/identify.ts'
import type { DataIdentity, DataPlace } from '../../engine/data/identify.ts'
import type { Study } from '../../shared/spec/study-schema.ts'
import { expandStudy } from '../../shared/studies/grid.ts'
import type { LabContext } from '../context.ts'
import { know, knownByState } from '../store/own-data.ts'
import { runTask } from '../threads/task-thread.ts'

/**
 * What data are, in a thread of its own; own data are read once as long as they stay as they are. Throws
 * BenchError('bad-data') for data that cannot be read.
 */
export async function identify(context: LabContext, data: DataPlace): Promise<DataIdentity> {
  const { name, path, label, size } = data
  const place = { name, path, label, size }
  if (name !== 'file') return (await runTask(context.workerUrl, 'data/identify', place)) as DataIdentity
  const state = stateOfOwnData(place)
  const before = knownByState(state)
  if (before) return before
  const found = (await runTask(context.workerUrl, 'data/identify', place)) as DataIdentity
  know(state, place, found)
  return found
}

/** Reads own data, each once. */
export async function lookAtOwnData(context: LabContext, data: readonly DataPlace[]): Promise<void> {
  const places = new Map<string, DataPlace>()
  for (const each of data) {
    if (each.name === 'file' && each.path !== '')
      places.set(`${each.path}\0${each.label}\0${each.size}`, each)
  }
  for (const place of places.values()) await identify(context, place)
}

/** Reads the own data that a study names, before its models are built for them. */
export async function lookAtStudy(context: LabContext, study: Study): Promise<void> {
  if (!JSON.stringify(study).includes('"file"')) return
  // Whatever the models are: those are built for the shapes that are found here.
  const { runs } = expandStudy(study, ({ model: _, ...others }) => others)
  await lookAtOwnData(
    context,
    runs.map(({ spec }) => spec.data),
  )
}
