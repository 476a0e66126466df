/** Calls on clusters and the studies that run there. */
import { z } from 'zod'
import { clusterNameSchema } from '../../cluster/profile.ts'
import type { ClusterInput, ClusterProfile } from '../../cluster/profile.ts'
import type { StudyInput } from '../../spec/study-schema.ts'
import type { ClusterCheck, ClusterCollected, ClusterLog, ClusterRow, ClusterSubmission } from '../cluster.ts'
import type { RunRow } from '../row.ts'
import { changes, gives, reads, settles, takes } from './call.ts'
import { id, ids, nothing, study } from './fields.ts'
import { start } from './studies.ts'

const named = z.strictObject({ name: clusterNameSchema })
/** A profile is read by its own schema, with words for people. */
const profile = z.custom<ClusterInput>()

export const clusterSubmitSchema = start.extend({
  cluster: clusterNameSchema,
  /** Minutes of a task; left out: proposed from the estimate, at most the profile's. */
  time: z.number().int().min(1).max(525_600).optional(),
  /** Runs of a task; left out: the profile's. */
  perTask: z.number().int().min(1).max(100_000).optional(),
  /** Tells what would be submitted; nothing is stored. */
  dryRun: z.boolean().optional(),
  /** With `dryRun`: the study itself, in place of the stored one of its id. */
  study: z.custom<StudyInput>().optional(),
})

export const clusterCalls = {
  'cluster/list': reads(nothing, gives<readonly ClusterRow[]>()),
  'cluster/show': reads(named, gives<ClusterProfile>()),
  /** Saves a cluster, new or changed. Its lines of set-up and its program are run there. */
  'cluster/save': takes(z.strictObject({ cluster: profile }), gives<ClusterProfile>()),
  /** Forgets a cluster that has no runs out; results stay. */
  'cluster/remove': changes(named, gives<{ readonly name: string }>()),
  /** Submits a job that looks around, and waits for it. */
  'cluster/check': changes(
    z.strictObject({ name: clusterNameSchema, seconds: z.number().min(1).max(86_400).default(120) }),
    gives<ClusterCheck>(),
  ),
  /** Sends the runs of a study that do not exist yet; failed and cancelled ones again, and no others. */
  'cluster/submit': changes(clusterSubmitSchema, gives<ClusterSubmission>()),
  /** Takes over what tasks have told so far. Twice is as once. */
  'cluster/collect': settles(
    z.strictObject({ name: clusterNameSchema.optional() }),
    gives<ClusterCollected>(),
  ),
  /** Cancels runs that are out: those of a study, or some. */
  'cluster/cancel': settles(
    z.strictObject({ study: study.optional(), ids: ids.optional() }),
    gives<readonly RunRow[]>(),
  ),
  /** The end of the output of a run's task. */
  'cluster/log': reads(z.strictObject({ run: id }), gives<ClusterLog>()),
} as const
