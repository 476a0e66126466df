/**
 * What an optimizer is to the backends: one update of one variable on plain arrays, as TensorFlow nodes, and
 * as records of a tape. Gradients arrive masked, and weight decay as it holds for the variable.
 */
import type { OptimizerSettings } from '../../../shared/methods/optimizers/types.ts'
import type { FloatArray, GraphDefAttribute, GraphDefEmitter } from '../../ops/ir.ts'
import type { InstructionName, RecordFields } from '../sparse/instructions/index.ts'

type Named<Value> = Readonly<Record<string, Value>>

interface Numbers {
  readonly settings: OptimizerSettings
  readonly constants: Named<number>
}

/** A step on arrays: `weights` and `slots` are changed in place, each number rounded once. */
export interface ArrayStep extends Numbers {
  readonly weights: FloatArray
  readonly slots: Named<FloatArray>
  readonly gradient: ArrayLike<number>
  /** `rate`, and what the descriptor's `scalars` names. */
  readonly scalars: Named<number>
  /** Entries of one parameter; the variable may hold several of equal shape, one after the other. */
  readonly parameterSize: number
}

/** What a step writes itself to; references are TensorFlow's. */
export interface StepWriter extends GraphDefEmitter {
  nodeAfter(
    op: string,
    inputs: readonly string[],
    after: readonly string[],
    attributes: Named<GraphDefAttribute>,
  ): string
}

/** A step as nodes: references of the gradient and the scalars, handles of the weights and the slots. */
export interface GraphStep extends Numbers {
  readonly writer: StepWriter
  readonly weights: string
  readonly slots: Named<string>
  readonly gradient: string
  readonly scalars: Named<string>
  /** Axes of one parameter; the variable may hold several of equal shape along axis 0. */
  readonly parameterAxes: readonly number[]
  /** Contents from before the step. */
  readWeights(): string
  readSlot(name: string): string
}

/**
 * A write that is ready but for its control inputs: given these, it emits its nodes and returns the last one.
 */
export type Write = (after: readonly string[]) => string

/** A thread's share of the weights, as bytes [from, to) after the first; multiples of 16. */
export interface Share {
  readonly from: number
  readonly to: number
  readonly weightDecay: number
}

/** The part of a parameter in a thread's share. */
export interface ParameterShare extends Share {
  /** Addresses of two f64 a thread: of the whole parameter, and this thread's; 0 without `norms`. */
  readonly sums: number
  readonly ownSums: number
}

/** A step as records of one thread's tape; the weights are the nonzeros of all parameters. */
export interface TapeStep extends Numbers {
  write<Name extends InstructionName>(name: Name, fields: RecordFields<Name>): void
  /** Waits for all threads. */
  barrier(): void
  /** Addresses of the arrays; slots in the descriptor's order. */
  readonly weights: number
  readonly slots: readonly number[]
  /** The address of the threads' parts, bytes of a part, threads: fields of what takes the parts' sum. */
  readonly gradient: { readonly parts: number; readonly stride: number; readonly threads: number }
  /** Address of the rate and, after it, the descriptor's scalars in their order. */
  readonly numbers: number
  readonly threads: number
  readonly shares: readonly Share[]
  readonly parameters: readonly ParameterShare[]
}

export interface OptimizerForms {
  /** The definition that the others are held against. */
  arrays(step: ArrayStep): void
  tensorflow(step: GraphStep): Write
  /** Left out: `sparse` says that it cannot train with it. */
  readonly sparse?: {
    /** Takes sums over whole parameters, and asks for room for them. */
    readonly norms?: true
    tape(step: TapeStep): void
  }
}
