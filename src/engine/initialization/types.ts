/**
 * What a weight scheme computes. Its name, settings and traits stand in shared/methods/schemes; here one
 * kernel alone, or all kernels of a model together, become values and masks.
 */
import type { Activation, ParameterSpec } from '../../shared/graph/types.ts'
import type { RotationPath } from '../../shared/laboratory/types.ts'
import type { RunSpec } from '../../shared/spec/schema.ts'
import type { Backend } from '../program/backend.ts'
import type { Stream } from '../rng.ts'
import type { PatternOverlap } from './givens-qr.ts'
import type { PairRule } from './pairs.ts'

export type InitializationSettings = RunSpec['initialization']

export interface InitialKernel {
  /** Row-major, in the kernel's layout; exactly 0 where the mask is 0. */
  readonly values: Float64Array
  readonly mask: Uint8Array
  /** Rotations done, by schemes that rotate. */
  readonly rotations?: number
  /** How a pattern was met, where one was given. */
  readonly overlap?: PatternOverlap
  /** What the scheme could not do as asked, in words for the user. */
  readonly notes: readonly string[]
}

export interface InitializationRequest {
  readonly parameter: ParameterSpec
  /** Target density of this kernel in (0, 1]. */
  readonly density: number
  /** The mask that the density distribution chose; null where it only fixes the density. */
  readonly mask: Uint8Array | null
  /**
   * The section of the specification; a method of the user's own finds its settings in `settings.settings`.
   */
  readonly settings: InitializationSettings
  readonly stream: Stream
  /** The model's activation, for schemes with a form of their own for relu. Default linear. */
  readonly activation?: Activation
  /** The literature's definitions, or what the EOI paper's public code computes; default the former. */
  readonly variant?: RunSpec['sparsity']['variant']
  /** Which columns are rotated together, by schemes that rotate; default the rule of the settings. */
  readonly pairs?: PairRule
  /** The kernel's values as they were read, for schemes that read them. */
  readonly given?: Float64Array
  /** Told the nonzeros of the matrix after each rotation. */
  readonly onRotation?: (rotations: number, nonzeros: number) => void
}

/** All masked kernels of a model, to be initialized together. */
export interface ModelPass {
  /** One of each masked kernel, in the order of the model's parameters. */
  readonly kernels: readonly InitializationRequest[]
  readonly settings: InitializationSettings
  /** Null where none is open; a scheme that needs one then refuses with BenchError('unavailable'). */
  readonly backend: Backend | null
  /** Fraction in [0, 1]; may throw BenchError('cancelled') to end the work. */
  readonly onProgress?: (fraction: number) => void
  /** Awaited now and then, so that whoever waits can be heard; throws to end the work. */
  readonly check?: () => void | Promise<void>
}

export interface ModelKernels {
  /** By the kernel's name. */
  readonly kernels: ReadonlyMap<string, InitialKernel>
  /** A loss that was descended: before each step and after the last. Empty where there is none. */
  readonly loss: readonly number[]
}

/** One square matrix that is made while a clock runs. */
export interface TimedRequest {
  readonly size: number
  readonly density: number
  /** Steps, of schemes that descend. */
  readonly steps: number
  readonly stream: Stream
  /** Milliseconds. */
  readonly now: () => number
  readonly backend: () => Promise<Backend>
  readonly check?: () => void | Promise<void>
}

export interface TimedMatrix {
  readonly milliseconds: number
  /** Density that the matrix has. */
  readonly reached: number
  /** What differs from what was asked, in words. */
  readonly note: string | null
}

/** What all weight schemes may have besides values and masks. */
interface SchemeExtras {
  /** The density that a kernel gets where the scheme cannot give the one asked, with a note that says so. */
  attainable?(
    parameter: ParameterSpec,
    density: number,
    settings: InitializationSettings,
  ): { readonly density: number; readonly notes: readonly string[] }
  /** How the density grew, where the kernel was rotated; `nonzeros` after each rotation. */
  path?(request: InitializationRequest, nonzeros: readonly number[]): RotationPath | null
  /** Makes one square matrix and takes the time; for schemes with the trait `timed`. */
  time?(request: TimedRequest): TimedMatrix | Promise<TimedMatrix>
}

/** One kernel alone. Throws BenchError('impossible') with what is wrong and what nearest works. */
export type MakeKernel = (request: InitializationRequest) => InitialKernel

/** A scheme that looks at one kernel at a time. */
export interface KernelScheme extends SchemeExtras {
  /** As MakeKernel; a method of the user's own may take its time. */
  kernel(request: InitializationRequest): InitialKernel | Promise<InitialKernel>
}

/** A scheme that looks at all kernels together. */
export interface ModelScheme extends SchemeExtras {
  /** Throws as `kernel` of KernelScheme does, naming the layer. */
  model(pass: ModelPass): Promise<ModelKernels>
}

export type WeightScheme = KernelScheme | ModelScheme
