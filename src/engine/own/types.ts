/** Methods written by users: what is known of one, and the host that runs it apart from the bench. */

import type { MethodSettings, OwnLanguage } from '../../shared/contract/methods.ts'

/** A method's file as it is run. */
export interface OwnFile {
  /** File name without its folder, as messages show it. */
  readonly file: string
  readonly language: OwnLanguage
  readonly text: string
}

/** What a call may take; a host that takes more is ended. */
export type OwnLimits = MethodSettings

/** Entries in row-major order. */
export interface OwnArray {
  readonly shape: readonly number[]
  readonly data: Float64Array | Float32Array | Uint8Array
}
export type OwnArrays = ReadonlyMap<string, OwnArray>

/** What the calls carry besides arrays. */
export type OwnRequest =
  | { readonly call: 'load'; readonly file: string; readonly text: string; readonly memory: number }
  | (OwnCall & { readonly call: 'kernel'; readonly density: number })
  | (OwnCall & { readonly call: 'distribute'; readonly density: number })
  | (OwnCall & { readonly call: 'update'; readonly now: OwnMoment })

interface OwnCall {
  readonly layers: readonly Readonly<Record<string, unknown>>[]
  /** Names of the arrays `INDEX.NAME` that layers have; a layer without one has null there. */
  readonly given: readonly string[]
  readonly settings: OwnSettings
  /** Four words of 32 bits that seed the call's random numbers. */
  readonly seed: readonly number[]
}

export type OwnSettings = Readonly<Record<string, number | string | boolean>>

/** When a mask update takes place. */
export interface OwnMoment {
  /** Optimizer steps done, and all. */
  readonly step: number
  readonly steps: number
  /** Fraction of each layer's nonzeros to drop, by the schedule of the specification. */
  readonly fraction: number
}

export interface OwnReply {
  readonly header: Readonly<Record<string, unknown>>
  readonly arrays: OwnArrays
}

/** A method's file, loaded and running apart from the bench. Calls are answered one after the other. */
export interface OwnHost {
  /**
   * Throws BenchError: `bad-method` for what the method's code raises, with the line of its file as `where`,
   * for more time or memory than it may take; `unavailable` where it cannot be run at all.
   */
  call(request: OwnRequest, arrays?: OwnArrays): Promise<OwnReply>
  /** The last of what the method printed. */
  printed(): string
  /** Whether it answers no more: it was closed, took too long, or died. */
  readonly ended: boolean
  /** Ends it, whatever it is doing. */
  close(): void
}
