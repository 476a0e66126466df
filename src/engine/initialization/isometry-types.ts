/** What approximate isometry is asked, and what descends towards it. */
import type { Backend } from '../program/backend.ts'
import type { KernelShape } from './kernel-shape.ts'

export interface IsometryLayer {
  readonly name: string
  readonly shape: KernelShape
  /** Row-major in the kernel's layout; what is masked is taken as 0. */
  readonly values: Float64Array
  readonly mask: Uint8Array
}

export interface IsometryRequest {
  readonly layers: readonly IsometryLayer[]
  /** Most steps. */
  readonly steps: number
  readonly rate: number
  /** σ_w. */
  readonly gain: number
  /** Ends before the step at which no layer's residual ‖G − σ_w²I‖_max is above this; 0 takes all steps. */
  readonly residual?: number
  readonly backend: Backend
  readonly precision?: 'float32' | 'float64'
  /** By which of the two ways; default `auto`, the one with less work. */
  readonly way?: 'auto' | 'nonzeros' | 'program'
  /** Told after every hundredth of the steps; may throw BenchError('cancelled') to end it. */
  readonly onProgress?: (fraction: number) => void
  /** Awaited before each step, so that whoever waits can be heard; throws to end it. */
  readonly check?: () => void | Promise<void>
}

export interface IsometryResult {
  /** New values by kernel name, exactly 0 where masked. */
  readonly values: ReadonlyMap<string, Float64Array>
  /** Total loss before each step and after the last: steps done + 1 numbers. */
  readonly loss: readonly number[]
  /** Which of the two ways it went. */
  readonly by: 'nonzeros' | 'program'
}

/** Where a descent stands. */
export interface Standing {
  /** Total loss of all layers. */
  readonly loss: number
  /** Largest |G − σ_w²I| of all layers; NaN by a way that does not know it. */
  readonly residual: number
}

/** All layers on their way, step by step. */
export interface Descent {
  /** Takes a step; where it stood before. */
  step(): Standing
  /** Takes the last step back. */
  undo(): void
  /** Where it stands. */
  standing(): Standing
  values(): Map<string, Float64Array>
  dispose(): void
}
