/** Studies on a cluster: what the lab is asked, and what it tells. */
import type { ClusterInput, ClusterProfile } from '../cluster/profile.ts'
import type { Budget } from '../spec/study-schema.ts'
import type { RunRow } from './row.ts'

/** What a cluster’s runs of this home are doing. */
export interface ClusterRow {
  readonly profile: ClusterProfile
  readonly waiting: number
  readonly running: number
  readonly finished: number
  readonly failed: number
}

export interface ClusterSubmitInput {
  readonly cluster: string
  /** Study. */
  readonly id: string
  readonly set?: Readonly<Record<string, unknown>>
  readonly seeds?: readonly number[]
  readonly budget?: Budget
  readonly backend?: string
  /** Minutes; left out: proposed from the estimate, at most the profile’s. */
  readonly time?: number
  readonly perTask?: number
  /** Nothing is submitted or stored. */
  readonly dryRun?: boolean
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

export interface ClusterCalls {
  'cluster/list': (input: Record<string, never>) => readonly ClusterRow[]
  'cluster/save': (input: { cluster: ClusterInput }) => ClusterProfile
  'cluster/remove': (input: { name: string }) => { readonly name: string }
  'cluster/check': (input: { name: string; seconds?: number }) => ClusterCheck
  'cluster/submit': (input: ClusterSubmitInput) => ClusterSubmission
  'cluster/collect': (input: { name?: string }) => ClusterCollected
  /** All runs of a study that are out, or the named ones. */
  'cluster/cancel': (input: { study?: string; ids?: readonly number[] }) => readonly RunRow[]
  'cluster/log': (input: { run: number }) => ClusterLog
}

export interface ClusterEvents {
  'cluster/changed': { readonly name: string }
}
