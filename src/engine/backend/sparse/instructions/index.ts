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
import type { FieldKind, Instructions } from './types.ts'
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
} as const satisfies Instructions

export type InstructionName = keyof typeof INSTRUCTIONS

export const INSTRUCTION_NAMES = Object.keys(INSTRUCTIONS) as readonly InstructionName[]

type KindsOf<Name extends InstructionName> = (typeof INSTRUCTIONS)[Name]['fields']

/** Where an image lies and how many bytes its planes and rows are apart. */
export interface PlacedImage {
  readonly at: number
  readonly plane: number
  readonly row: number
}

type FieldValue<Kind> = Kind extends 'image' ? PlacedImage : number

/** What a record of an instruction is written from. */
export type RecordFields<Name extends InstructionName> = {
  readonly [Field in keyof KindsOf<Name>]: FieldValue<KindsOf<Name>[Field] & FieldKind>
}
