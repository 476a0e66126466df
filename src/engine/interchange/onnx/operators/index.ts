/** All operators that are imported, by ONNX's name. */
import { ARITHMETIC } from './arithmetic.ts'
import { ATTENTION } from './attention.ts'
import { LINEAR } from './linear.ts'
import { MOVEMENT } from './movement.ts'
import { NORMS } from './norm.ts'
import { OTHER } from './other.ts'
import { POOLING } from './pool.ts'
import type { Operator } from './types.ts'

export const OPERATORS: Readonly<Record<string, Operator>> = {
  ...ARITHMETIC,
  ...ATTENTION,
  ...LINEAR,
  ...MOVEMENT,
  ...NORMS,
  ...OTHER,
  ...POOLING,
}
