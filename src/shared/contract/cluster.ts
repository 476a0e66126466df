/** Studies on a cluster: what the lab is asked, and what it tells. */
import type { ClusterProfile } from '../cluster/profile.ts'

/** What a cluster’s runs of this home are doing. */
export interface ClusterRow {
  readonly profile: ClusterProfile
  readonly waiting: number
  readonly running: number
  readonly finished: number
  readonly failed: number
}

export interface ClusterSubmission {
  readonly cluster: string
  /** Runs of the study. */
  readonly runs: readonly number[]
  readonly submitted: number
  /** There already, or on their way. */
  readonly reused: number
  readonly tasks: number
  /** Minutes of a task; 0: the partition’s own limit. */
  readonly minutes: number
  /** How the limit was found. */
  readonly basis: string
  /** Numbers of the arrays; empty for a dry run. */
  readonly jobs: readonly string[]
  readonly folder: string
  /** What was, or would be, given to the scheduler. */
  readonly scripts: readonly string[]
  readonly arrays: readonly string[]
  /** What the scheduler says of the first script before it is submitted. */
  readonly verdict: string
  /** Groups whose learning rate is searched first. */
  readonly waiting?: number
}

export interface ClusterCheck {
  readonly cluster: string
  readonly ok: boolean
  /** What was looked at, in order. */
  readonly items: readonly { readonly name: string; readonly ok: boolean; readonly text: string }[]
}

export interface ClusterCollected {
  /** Runs that ended since the last time. */
  readonly finished: number
  readonly failed: number
  /** Still out. */
  readonly waiting: number
  readonly running: number
  /** Points of curves that came. */
  readonly points: number
  /** What could not be asked or read, in words. */
  readonly troubles: readonly string[]
}

export interface ClusterLog {
  readonly run: number
  readonly file: string
  /** The end of it. */
  readonly text: string
  readonly bytes: number
}

export interface ClusterEvents {
  /** Profiles changed, or runs came back. */
  'cluster/changed': Readonly<Record<string, never>>
}
