/** One signature for every weight scheme: a layer's shape and density go in, values and mask come out. */
import type { Activation, ParameterSpec } from '../../shared/graph/types.ts'
import type { RunSpec } from '../../shared/spec/schema.ts'
import type { Stream } from '../rng.ts'
import type { PairRule } from './pairs.ts'

export type InitializationSettings = RunSpec['initialization']

export interface InitialKernel {
  /** Row-major, in the kernel's layout; exactly 0 where the mask is 0. */
  readonly values: Float64Array
  readonly mask: Uint8Array
  /** Rotations done (EOI only). */
  readonly rotations?: number
  /** What the scheme could not do as asked, in words for the user. */
  readonly notes: readonly string[]
}

export interface InitializationRequest {
  readonly parameter: ParameterSpec
  /** Target density of this kernel in (0, 1]. */
  readonly density: number
  /** The mask that the density distribution chose; null where it only fixes the density. */
  readonly mask: Uint8Array | null
  readonly settings: InitializationSettings
  readonly stream: Stream
  /** The model's activation; SAO has a variant of its own for relu. Default linear. */
  readonly activation?: Activation
  /** The literature's definitions, or what the EOI paper's public code computes; default the former. */
  readonly variant?: RunSpec['sparsity']['variant']
  /** EOI: which columns of its matrix are rotated together; default the rule of the settings. */
  readonly pairs?: PairRule
  /** File: the kernel's values as they were read. */
  readonly given?: Float64Array
  /** EOI: told the nonzeros of its matrix after each rotation. */
  readonly onRotation?: (rotations: number, nonzeros: number) => void
}

/** Throws BenchError('impossible') with what is wrong and what nearest works. */
export type WeightScheme = (request: InitializationRequest) => InitialKernel
