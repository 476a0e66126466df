/** What a backend is: it runs programs. Trainer, scores and spectra know no more of it than this. */
import type { FloatArray, TensorData } from '../ops/ir.ts'
import type { Workshop } from '../linalg/room.ts'
import type { ResidentExamples } from './examples.ts'
import type { ModelState, Program } from './types.ts'

export type Feeds = Readonly<Record<string, TensorData>>

/** A compiled program with its state. Not thread-safe; one call at a time. */
export interface Executable {
  /**
   * Runs a function: computes the outputs, then applies the updates. Outputs hold until the next call, which
   * may overwrite them. Throws on unknown names or wrong lengths.
   */
  run(name: string, feeds: Feeds): Record<string, FloatArray | Int32Array>
  /**
   * Present where the program was compiled with examples that the backend keeps. Runs `steps` consecutive
   * steps of the function `train` in one call, bit for bit as that many calls of `run` would. Instead of x
   * and y it is fed `images` and, where examples are augmented, `rowCrops` and `columnCrops` (int [steps,
   * batch], see Selection); every scalar of `train` becomes float [steps]. Outputs have one value a step.
   */
  runSteps?(steps: number, feeds: Feeds): Record<string, FloatArray | Int32Array>
  /** `into`: an array that was read before and is of no use any more; a backend may fill it again. */
  read(variable: string, into?: FloatArray): FloatArray
  write(variable: string, data: FloatArray): void
  /** Writes many variables in one call (start, resume). */
  writeAll(values: ReadonlyMap<string, FloatArray>): void
  readAll(): Map<string, FloatArray>
  /**
   * Writes the parameters and masks of a training program by their own names, where the backend keeps them
   * apart: nothing is packed into the variables of the layout first. Optimizer slots stay as they are.
   */
  writeState?(state: ModelState): void
  /**
   * Gives kernels, by their own names, new masks, where the backend can without reading all variables:
   * weights and optimizer slots of entries that stay on are kept, those of entries that are off, and of
   * `activated`, become 0. As the same by `read` and `writeAll`.
   */
  changeMasks?(changes: ReadonlyMap<string, MaskChange>): void
  /** Sets all optimizer slots to 0, where that spares writing them. */
  clearSlots?(): void
  /** What a kernel, by its own name, keeps, where the backend has it at hand without its dense form. */
  nonzeros?(kernel: string): KernelNonzeros
  /** Memory for updates of masks, and compiled code that chooses in it, where the backend has such. */
  readonly workshop?: Workshop
  dispose(): void
}

/** Flat indices of the entries that are on, ascending, and the weights there. */
export interface KernelNonzeros {
  readonly on: Int32Array
  readonly values: FloatArray
}

/** A kernel's new mask. */
export interface MaskChange {
  readonly mask: Uint8Array
  /** Indices of its ones, ascending, where they are at hand. */
  readonly on?: Int32Array
  /** With `on`: of each, its rank among the ones before; −1 where it begins at 0. */
  readonly origin?: Int32Array
  /** Entries that begin at 0, in or out of the old mask. */
  readonly activated: Int32Array
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
