/** Methods of the user's own, as lists and pages show them. */
import { z } from 'zod'
import type { MethodDescriptor } from '../methods/types.ts'
import type { OwnNeed, OwnTrait } from '../methods/own.ts'

z.config({ jitless: true })

export const OWN_LANGUAGES = ['python', 'javascript', 'typescript'] as const
export type OwnLanguage = (typeof OWN_LANGUAGES)[number]

/** What a check found for one case: a shape at a density, a network at a density, an update. */
export interface MethodCheckRow {
  /** `dense 64 × 128`, `3 × 3 convolution 16 → 32`, `MLP, 3 hidden layers`. */
  readonly case: string
  /** Density asked for and reached; null where the case failed before. */
  readonly asked: number
  readonly reached: number | null
  /** ‖A·Aᵀ − σ²I‖_max of a weight scheme's kernel; null for other kinds. */
  readonly residual: number | null
  /** The same seed gave the same numbers. */
  readonly repeats: boolean | null
  /** Seconds of one call. */
  readonly seconds: number | null
  /** What is worth knowing and no error. */
  readonly note: string
  /** Why the case is an error; null where it is none. */
  readonly problem: string | null
}

export interface MethodCheck {
  readonly file: string
  readonly sha256: string
  readonly descriptor: MethodDescriptor
  readonly needs: readonly OwnNeed[]
  readonly traits: readonly OwnTrait[]
  readonly rows: readonly MethodCheckRow[]
  /** The last of what the method printed. */
  readonly printed: string
  readonly passed: boolean
}

/** Where a method's content is from: a file that the user added, or a bundle of somebody else's. */
export type MethodOrigin = 'file' | 'bundle'

export interface MethodRow {
  /** `own:my-scheme`. */
  readonly name: string
  readonly descriptor: MethodDescriptor
  readonly language: OwnLanguage
  /** Name of the file; its path where it was added from one, else null. */
  readonly file: string
  readonly path: string | null
  readonly sha256: string
  readonly origin: MethodOrigin
  readonly addedAt: string
  /**
   * `ready`: as it was added. `changed`, `missing`: the file at its path is another now, or gone; runs go on
   * with the content that was added. `untrusted`: not to be run before the user has seen and allowed it.
   * `removed`: no new run can take it; it is kept, since runs were made with it.
   */
  readonly state: 'ready' | 'changed' | 'missing' | 'untrusted' | 'removed'
  /** Runs that were made with this content. */
  readonly runs: number
}

/** A method's content, to be looked at before it is allowed. */
export interface MethodText {
  readonly name: string
  readonly file: string
  readonly language: OwnLanguage
  readonly text: string
  readonly sha256: string
  readonly trusted: boolean
}

/** How methods are run. */
export interface MethodSettings {
  /** Python interpreter; null takes the first on the path that has NumPy. */
  readonly python: string | null
  /** Seconds that one call may take. */
  readonly seconds: number
  /** Bytes that a method's process may hold. */
  readonly memory: number
}

const MOST_SECONDS = 86_400
const LEAST_MEMORY = 256e6

export const methodSettingsSchema = z.strictObject({
  python: z.string().min(1).max(4096).nullable(),
  seconds: z.number().min(1).max(MOST_SECONDS),
  memory: z.number().min(LEAST_MEMORY).max(1e15),
})

export const DEFAULT_METHOD_SETTINGS: MethodSettings = { python: null, seconds: 120, memory: 8e9 }

export interface OwnMethodEvents {
  'methods/progress': { readonly job: string; readonly fraction: number }
  /** Methods were added, removed or allowed. */
  'methods/changed': Record<string, never>
}
