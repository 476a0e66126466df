import type { OpDefinition } from '../ir.ts'
import { sizeOf } from '../../../shared/graph/shapes.ts'
import { booleanAttribute, expectDType, expectInputs, sameShape } from '../support/shapes.ts'
import { multiplyInto } from '../support/matmul-kernel.ts'
import { matmulGradient, productShape } from '../support/matmul-rules.ts'

/**
 * Matrix products of [..., m, k] and [..., k, n] with equal leading axes; transposeA, transposeB as in
 * matmul.
 */
export const batchMatmul: OpDefinition = {
  name: 'batch-matmul',
  infer(inputs, attributes) {
    expectInputs(inputs, 2)
    const [a, b] = inputs
    expectDType(a, 'float')
    expectDType(b, 'float')
    const leading = a.shape.slice(0, -2)
    if (a.shape.length < 3 || !sameShape(leading, b.shape.slice(0, -2))) {
      throw new Error(`expected equal leading axes and rank ≥ 3, got [${a.shape}] and [${b.shape}]`)
    }
    const product = productShape(a.shape.slice(-2), b.shape.slice(-2), attributes)
    return [{ shape: [...leading, ...product], dtype: 'float' }]
  },
  gradient: (context, cotangents) => matmulGradient('batch-matmul', context, cotangents),
  evaluate([a, b], attributes, [type], allocate) {
    const transposeA = booleanAttribute(attributes, 'transposeA')
    const transposeB = booleanAttribute(attributes, 'transposeB')
    const [m, n] = type.shape.slice(-2)
    const k = a.type.shape.at(transposeA ? -2 : -1) ?? 0
    const data = allocate(type)
    const count = sizeOf(type.shape.slice(0, -2))
    for (let i = 0; i < count; i++) {
      multiplyInto(data, i * m * n, a.data, i * m * k, transposeA, b.data, i * k * n, transposeB, m, k, n)
    }
    return [{ type, data }]
  },
  graphdef: (emit, inputs, node) => [
    emit.node('BatchMatMulV2', inputs, {
      T: { type: emit.floatType },
      adj_x: { b: booleanAttribute(node.attributes, 'transposeA') },
      adj_y: { b: booleanAttribute(node.attributes, 'transposeB') },
    }),
  ],
}
