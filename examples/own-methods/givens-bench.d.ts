/**
 * Types for methods of your own in TypeScript and in editors. Copy this file beside yours; the bench itself
 * does not need it. Shapes are in PyTorch's order ([out, in], [out, in, height, width]); arrays are flat, row
 * by row.
 */
declare module 'givens-bench' {
  /** Seeded by the run: the same seed gives the same numbers. */
  export interface Random {
    /** Uniform on [0, 1). */
    uniform(): number
    /** Standard normal. */
    normal(): number
    /** Uniform on 0 … bound − 1. */
    integer(bound: number): number
    /** 0 … n − 1 in random order. */
    permutation(n: number): Int32Array
    /** `count` different numbers of 0 … n − 1, ascending. */
    sample(n: number, count: number): Int32Array
  }

  export type Setting =
    | {
        type: 'number' | 'integer'
        default: number
        min?: number
        max?: number
        title?: string
        help?: string
      }
    | { type: 'boolean'; default: boolean; title?: string; help?: string }
    | { type: 'choice'; choices: readonly string[]; default: string; title?: string; help?: string }
    | { type: 'text'; default: string; title?: string; help?: string }

  export type SettingValues = Readonly<Record<string, number | string | boolean>>

  interface About {
    /** Lower-case letters, digits and hyphens; in specifications `own:NAME`. */
    readonly name: string
    readonly title?: string
    readonly help?: string
    readonly settings?: Readonly<Record<string, Setting>>
    /** Part by which the nonzeros may differ from those asked for; default 0.02. */
    readonly tolerance?: number
  }

  interface Layer {
    readonly name: string
    readonly shape: readonly number[]
    readonly entries: number
    readonly depthwise: boolean
  }

  type Numbers = ArrayLike<number>
  type Mask = ArrayLike<number | boolean>
  type PerLayer<T> = readonly T[] | Readonly<Record<string, T>> | ReadonlyMap<string, T>

  export interface SchemeSituation {
    readonly shape: readonly number[]
    readonly density: number
    readonly settings: SettingValues
    readonly random: Random
    readonly layer: Layer & {
      readonly gain: number
      readonly activation: string
      /** The mask that the distribution chose; null where it only fixes the density. */
      readonly mask: Uint8Array | null
    }
  }

  export interface DistributionSituation {
    readonly density: number
    readonly settings: SettingValues
    readonly random: Random
    /** With what `needs` names: weight, gradient, snip, grasp, synflow. */
    readonly layers: readonly (Layer & {
      readonly index: number
      readonly weight: Float64Array
      readonly gradient: Float64Array
      readonly snip: Float64Array
      readonly grasp: Float64Array
      readonly synflow: Float64Array
    })[]
  }

  export interface UpdateSituation {
    /** Optimizer steps done, and all. */
    readonly step: number
    readonly steps: number
    /** Fraction of nonzeros to drop, by the run's schedule. */
    readonly fraction: number
    readonly settings: SettingValues
    readonly random: Random
    readonly layers: readonly (Layer & {
      readonly index: number
      readonly weight: Float64Array
      readonly mask: Uint8Array
      /** ∂L/∂W without the mask; null unless `needs` names gradients. */
      readonly gradient: Float64Array
    })[]
  }

  export function defineScheme(
    method: About & {
      readonly traits?: readonly ('ownsMask' | 'ownsPositions' | 'keepsEndsDense')[]
      kernel(situation: SchemeSituation): Numbers | { weight: Numbers; mask?: Mask | null }
    },
  ): unknown

  export function defineDistribution(
    method: About & {
      readonly needs?: readonly ('weights' | 'gradients' | 'snip' | 'grasp' | 'synflow')[]
      readonly traits?: readonly 'ownsDensity'[]
      distribute(situation: DistributionSituation): PerLayer<number | Mask>
    },
  ): unknown

  export function defineDynamic(
    method: About & {
      readonly needs?: readonly 'gradients'[]
      readonly traits?: readonly 'changesDensity'[]
      update(situation: UpdateSituation): PerLayer<Mask>
    },
  ): unknown
}
