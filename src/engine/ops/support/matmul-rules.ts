/** What matmul and batch-matmul share: the shape of a product and its gradient. */
import type { Attributes, GradientContext, Value } from '../ir.ts'
import { booleanAttribute } from './shapes.ts'
import { one } from './make.ts'

/** [m, n] of op(A)·op(B). Throws when the inner extents differ. */
export function productShape(a: readonly number[], b: readonly number[], attributes: Attributes): number[] {
  const [m, k] = booleanAttribute(attributes, 'transposeA') ? [a[1], a[0]] : a
  const [inner, n] = booleanAttribute(attributes, 'transposeB') ? [b[1], b[0]] : b
  if (k !== inner) throw new Error(`inner extents differ: ${k} of [${a}] and ${inner} of [${b}]`)
  return [m, n]
}

/**
 * For C = op(A)·op(B) and the cotangent G of C: d op(A) = G·op(B)ᵀ and d op(B) = op(A)ᵀ·G, transposed back.
 */
export function matmulGradient(
  op: 'matmul' | 'batch-matmul',
  { graph, inputs: [a, b], attributes, needs }: GradientContext,
  [g]: readonly (Value | null)[],
): readonly (Value | null)[] {
  if (g === null) return [null, null]
  const transposeA = booleanAttribute(attributes, 'transposeA')
  const transposeB = booleanAttribute(attributes, 'transposeB')
  const product = (left: Value, flipLeft: boolean, right: Value, flipRight: boolean): Value =>
    one(graph, op, [left, right], { transposeA: flipLeft, transposeB: flipRight })
  const toA = (): Value => (transposeA ? product(b, transposeB, g, true) : product(g, false, b, !transposeB))
  const toB = (): Value => (transposeB ? product(g, true, a, transposeA) : product(a, !transposeA, g, false))
  return [needs[0] ? toA() : null, needs[1] ? toB() : null]
}
