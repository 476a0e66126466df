/** Clusters: profiles, checks, studies sent there, and what comes back. */
import { BenchError } from '../../shared/contract/errors.ts'
import type { ClusterRow } from '../../shared/contract/cluster.ts'
import { cancelOnCluster } from '../cluster/cancel.ts'
import { checkCluster } from '../cluster/check.ts'
import { collectClusters } from '../cluster/collect.ts'
import { readLog } from '../cluster/log.ts'
import { clusterNames, readCluster, removeCluster, saveCluster } from '../cluster/profiles.ts'
import { refuseBusy, submitStudy } from '../cluster/submit.ts'
import type { LabContext } from '../context.ts'
import { queueOf } from '../context.ts'
import { tellChanged } from '../run/changed-data.ts'
import { countByCluster, outOfStudy } from '../store/cluster.ts'
import { listRuns } from '../store/runs.ts'
import { rowsOf } from './runs.ts'
import { prepareStart, storableStudy } from './studies.ts'
import type { Handlers } from './types.ts'

function list({ database, paths }: LabContext): ClusterRow[] {
  const counts = countByCluster(database)
  return clusterNames(paths.home).map((name): ClusterRow => {
    const of = counts.get(name) ?? {}
    return {
      profile: readCluster(paths.home, name),
      waiting: of.queued ?? 0,
      running: of.running ?? 0,
      finished: (of.finished ?? 0) + (of.diverged ?? 0),
      failed: of.failed ?? 0,
    }
  })
}

export const clusterHandlers: Handlers<
  | 'cluster/list'
  | 'cluster/show'
  | 'cluster/save'
  | 'cluster/remove'
  | 'cluster/check'
  | 'cluster/submit'
  | 'cluster/collect'
  | 'cluster/cancel'
  | 'cluster/log'
> = {
  'cluster/list': (context) => list(context),
  'cluster/show': (context, { name }) => readCluster(context.paths.home, name),
  'cluster/save': (context, { cluster }) => {
    queueOf(context)
    const profile = saveCluster(context.paths.home, cluster)
    context.emitter.emit('cluster/changed', {})
    return profile
  },
  'cluster/remove': (context, { name }) => {
    queueOf(context)
    const { queued = 0, running = 0 } = countByCluster(context.database).get(name) ?? {}
    refuseBusy(name, queued + running)
    removeCluster(context.paths.home, name)
    context.emitter.emit('cluster/changed', {})
    return { name }
  },
  'cluster/check': (context, { name, seconds }) =>
    checkCluster(context, readCluster(context.paths.home, name), seconds),
  'cluster/submit': async (context, { cluster, time, perTask, dryRun, study, ...start }) => {
    if (study && !dryRun)
      throw new BenchError('bad-input', 'A study that is sent is a stored one: save it first.', 'study')
    const queue = queueOf(context)
    queue.flush()
    const profile = readCluster(context.paths.home, cluster)
    const { changed, ...prepared } = await prepareStart(context, start, study && storableStudy(study))
    const tell = (fresh: readonly number[]): void =>
      tellChanged(context.database, fresh, changed, context.now().toISOString())
    const submitted = await submitStudy(context, profile, { ...prepared, tell }, { time, perTask, dryRun })
    for (const row of listRuns(context.database, { ids: submitted.runs }))
      context.emitter.emit('run/changed', row)
    if (!dryRun) {
      context.emitter.emit('studies/changed', { id: start.id })
      context.emitter.emit('cluster/changed', {})
    }
    return submitted
  },
  'cluster/collect': async (context, { name }) => {
    queueOf(context).flush()
    if (name !== undefined) readCluster(context.paths.home, name)
    const collected = await collectClusters(context, { name })
    context.emitter.emit('cluster/changed', {})
    return collected
  },
  'cluster/cancel': async (context, { study, ids }) => {
    queueOf(context).flush()
    const runs = ids ?? (study === undefined ? [] : outOfStudy(context.database, study))
    if (runs.length === 0 && study !== undefined)
      throw new BenchError('not-found', `No run of “${study}” is out on a cluster.`, 'study')
    await cancelOnCluster(context, runs)
    await collectClusters(context)
    return rowsOf(context, runs)
  },
  'cluster/log': (context, { run }) => readLog(context, run),
}
