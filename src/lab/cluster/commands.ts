/** Commands on runs that are out on a cluster, or failed there. */
import { BenchError } from '../../shared/contract/errors.ts'
import type { LabContext } from '../context.ts'
import { clustersOf } from '../store/cluster.ts'
import { listRuns } from '../store/runs.ts'
import { cancelOnCluster } from './cancel.ts'
import { collectClusters } from './collect.ts'
import { readCluster } from './profiles.ts'
import { retryOnCluster } from './submit.ts'

type Name = 'pause' | 'resume' | 'cancel' | 'retry'

/**
 * Does a command for those of some runs that a cluster has; which ones they were. The others are the queue's.
 * @throws BenchError `impossible` for what cannot be done there
 */
export async function commandOnClusters(
  context: LabContext,
  name: Name,
  ids: readonly number[],
): Promise<ReadonlySet<number>> {
  const places = clustersOf(context.database, ids)
  const isOut = (id: number): boolean => ['queued', 'running'].includes(places.get(id)?.status ?? '')
  const out = ids.filter(isOut)
  if (name === 'pause' && out.length > 0) throw cannotPause(out, places.get(out[0])?.cluster ?? '')
  if (name === 'cancel' && out.length > 0) {
    await cancelOnCluster(context, out)
    await collectClusters(context)
  }
  if (name === 'retry')
    await retry(
      context,
      ids.filter((id) => places.has(id)),
      places,
    )
  const rows = listRuns(context.database, { ids: [...places.keys()] })
  if (rows.length > 0) for (const row of rows) context.emitter.emit('run/changed', row)
  return name === 'retry' ? new Set(places.keys()) : new Set(out)
}

const cannotPause = (runs: readonly number[], cluster: string): BenchError =>
  new BenchError(
    'impossible',
    `Run ${runs.join(', ')}: on ${cluster}, where a run cannot be paused from here. Cancel it, and retry ` +
      'it later from its last checkpoint; or let the cluster hold its job.',
    'ids',
  )

async function retry(
  context: LabContext,
  ids: readonly number[],
  places: ReadonlyMap<number, { readonly cluster: string }>,
): Promise<void> {
  for (const cluster of new Set([...places.values()].map((place) => place.cluster))) {
    const mine = ids.filter((id) => places.get(id)?.cluster === cluster)
    if (mine.length > 0) await retryOnCluster(context, readCluster(context.paths.home, cluster), mine)
  }
}
