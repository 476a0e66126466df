/**
 * The instructions of tapes: named, typed fields. From this table the writer takes its types and the order of
 * its words, and scripts/build-kernels.mjs makes the interpreter, after it has compared the fields with the
 * parameters of each kernel.
 */
import { ELEMENTWISE } from './elementwise.ts'
import { EXAMPLES } from './examples.ts'
import { FLOW } from './flow.ts'
import { MASKS } from './masks.ts'
import { NORMS } from './norms.ts'
import { OPTIMIZERS } from './optimizers.ts'
import { POOLING } from './pooling.ts'
import { PRODUCTS } from './products.ts'
import { SEQUENCES } from './sequences.ts'
import type { Instructions, ValuesOf } from './types.ts'
import { WEIGHT_GRADIENTS } from './weight-gradients.ts'

/** An instruction's opcode is its place here. */
export const INSTRUCTIONS = {
  ...FLOW,
  ...EXAMPLES,
  ...PRODUCTS,
  ...WEIGHT_GRADIENTS,
  ...ELEMENTWISE,
  ...NORMS,
  ...POOLING,
  ...SEQUENCES,
  ...OPTIMIZERS,
  ...MASKS,
} satisfies Instructions

export type InstructionName = keyof typeof INSTRUCTIONS

export const INSTRUCTION_NAMES = Object.keys(INSTRUCTIONS) as readonly InstructionName[]

/** What a record of an instruction is written from. */
export type RecordFields<Name extends InstructionName> = ValuesOf<(typeof INSTRUCTIONS)[Name]['fields']>
