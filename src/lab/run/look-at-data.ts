/** Looking at data in threads of their own: what they are now, before runs are made on them. */
import { dataPlace, stateOfOwnData } from '../../engine/index.ts'
import type { DataIdentity, DataPlace } from '../../engine/index.ts'
import { OWN_FILES } from '../../shared/spec/data-schema.ts'
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
  const place = dataPlace(data)
  if (!isOwnFile(place)) return (await runTask(context.workerUrl, 'data/identify', place)) as DataIdentity
  const state = stateOfOwnData(place)
  const before = knownByState(state)
  if (before) return before
  const found = (await runTask(context.workerUrl, 'data/identify', place)) as DataIdentity
  know(state, place, found)
  return found
}

const isOwnFile = ({ name, path }: DataPlace): boolean => OWN_FILES.includes(name) && path !== ''

/** Reads own data, each once. */
export async function lookAtOwnData(context: LabContext, data: readonly DataPlace[]): Promise<void> {
  const places = new Map<string, DataPlace>()
  for (const each of data) {
    if (isOwnFile(each)) places.set(JSON.stringify(dataPlace(each)), each)
  }
  for (const place of places.values()) await identify(context, place)
}

/** Reads the own data that a study names, before its models are built for them. */
export async function lookAtStudy(context: LabContext, study: Study): Promise<void> {
  const text = JSON.stringify(study)
  if (!OWN_FILES.some((name) => text.includes(`"${name}"`))) return
  // Whatever the models are: those are built for the shapes that are found here.
  const { runs } = expandStudy(study, ({ model: _, ...others }) => others)
  await lookAtOwnData(
    context,
    runs.map(({ spec }) => spec.data),
  )
}
