/** An operator of ONNX: reads its inputs, adds layers where it computes, and sets its outputs. */
import type { Context } from '../context.ts'

/** Throws NotImportable, in words that follow the node's name, for what the bench has no layer for. */
export type Operator = (context: Context) => void
