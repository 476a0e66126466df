/**
 * A backend: runs programs. A program is a set of named functions (op graphs) over shared variables.
 *
 * The compiler makes programs; the trainer, the scores and the spectra run them. Masks are variables of their
 * own, tied to their parameter by `maskOf`, so that a backend may use the structure.
 */
import type { LayerGraph } from '../../shared/graph/types.ts'
import type { ModelState, ParameterLayout, TrainingOptions } from '../compiler/types.ts'
import type { ResidentExamples } from '../data/types.ts'
import type { FloatArray, TensorData, TensorType, Value, Node } from '../ops/ir.ts'

export type VariableRole = 'parameter' | 'mask' | 'slot' | 'statistic'

export interface VariableSpec {
  readonly name: string
  readonly type: TensorType
  readonly role: VariableRole
  /** For a mask or a slot: the parameter variable that it belongs to. */
  readonly of?: string
}

/** Changes to variables, applied after every value of the function was computed from the old ones. */
export type Update =
  | { readonly kind: 'assign'; readonly variable: string; readonly value: Value }
  | {
      /**
       * PyTorch's SGD: g ← gradient∘mask + weightDecay·w; v ← momentum·v + g; w ← w − rate·(nesterov ? g +
       * momentum·v : v). The first velocity is the gradient itself, which v = 0 gives (dampening 0).
       */
      readonly kind: 'sgd'
      readonly variable: string
      readonly velocity: string | null
      readonly mask: string | null
      readonly gradient: Value
      readonly rate: Value
      readonly momentum: number
      readonly nesterov: boolean
      readonly weightDecay: number
    }
  | {
      /**
       * AdamW (Loshchilov and Hutter 2019), PyTorch's order: w ← w·(1 − rate·weightDecay), then Adam with
       * bias correction.
       */
      readonly kind: 'adamw'
      readonly variable: string
      readonly first: string
      readonly second: string
      readonly mask: string | null
      readonly gradient: Value
      readonly rate: Value
      /** 1 − β₁^t and 1 − β₂^t of this step. */
      readonly correction1: Value
      readonly correction2: Value
      readonly beta1: number
      readonly beta2: number
      readonly epsilon: number
      readonly weightDecay: number
    }

export interface ProgramFunction {
  readonly name: string
  /**
   * All nodes, in order. Placeholders are op `placeholder` (attribute name), variable reads op `variable`
   * (attribute name).
   */
  readonly nodes: readonly Node[]
  readonly feeds: readonly { readonly name: string; readonly value: Value }[]
  readonly outputs: readonly { readonly name: string; readonly value: Value }[]
  readonly updates: readonly Update[]
}

export interface Program {
  readonly variables: readonly VariableSpec[]
  readonly functions: readonly ProgramFunction[]
  /** What a training program was compiled from, for backends that work on layers. */
  readonly training?: TrainingSource
}

export interface TrainingSource {
  readonly graph: LayerGraph
  readonly layout: ParameterLayout
  readonly options: TrainingOptions
}

export type Feeds = Readonly<Record<string, TensorData>>

/** A compiled program with its state. Not thread-safe; one call at a time. */
export interface Executable {
  /**
   * Runs a function: computes the outputs, then applies the updates. Throws on unknown names or wrong
   * lengths.
   */
  run(name: string, feeds: Feeds): Record<string, FloatArray | Int32Array>
  /**
   * Present where the program was compiled with examples that the backend keeps. Runs `steps` consecutive
   * steps of the function `train` in one call, bit for bit as that many calls of `run` would. Instead of x
   * and y it is fed `images` and, where examples are augmented, `rowCrops` and `columnCrops` (int [steps,
   * batch], see Selection); every scalar of `train` becomes float [steps]. Outputs have one value a step.
   */
  runSteps?(steps: number, feeds: Feeds): Record<string, FloatArray | Int32Array>
  read(variable: string): FloatArray
  write(variable: string, data: FloatArray): void
  /** Writes many variables in one call (start, resume). */
  writeAll(values: ReadonlyMap<string, FloatArray>): void
  readAll(): Map<string, FloatArray>
  /**
   * Writes the parameters and masks of a training program by their own names, where the backend keeps them
   * apart: nothing is packed into the variables of the layout first. Optimizer slots stay as they are.
   */
  writeState?(state: ModelState): void
  dispose(): void
}

export interface BackendDescription {
  readonly name: string
  /** `cpu` or `gpu`. */
  readonly device: string
  readonly version: string
}

export interface CompileOptions {
  /** `float64` is for the reference backend; others refuse it. */
  readonly precision?: 'float32' | 'float64'
  /**
   * Training examples to keep on the device. A backend that can offers `runSteps`; others take no notice.
   */
  readonly examples?: ResidentExamples
  /** Told, in a sentence for people, what the program will do without. */
  readonly onNote?: (note: string) => void
  /** Called as compilation goes on; fraction in [0, 1]. */
  readonly onProgress?: (stage: string, fraction: number) => void
}

export interface Backend {
  readonly name: string
  describe(): BackendDescription
  /** Reasons why this backend cannot run the program; empty when it can. */
  refuses(program: Program): readonly string[]
  compile(program: Program, options?: CompileOptions): Promise<Executable>
}
