/** All schedulers by name. */
import type { ClusterProfile } from '../../../shared/cluster/profile.ts'
import { slurm } from './slurm.ts'
import type { Scheduler } from './types.ts'

const SCHEDULERS: Readonly<Record<ClusterProfile['scheduler'], Scheduler>> = { slurm }

export function schedulerOf({ scheduler }: Pick<ClusterProfile, 'scheduler'>): Scheduler {
  return SCHEDULERS[scheduler]
}
