import type { OpDefinition } from '../ir.ts'
import { booleanAttribute, expectDType, expectInputs } from '../support/shapes.ts'
import { multiplyInto } from '../support/matmul-kernel.ts'
import { matmulGradient, productShape } from '../support/matmul-rules.ts'

/** Matrix product of [m, k] and [k, n]; attributes transposeA and transposeB read a factor transposed. */
export const matmul: OpDefinition = {
  name: 'matmul',
  infer(inputs, attributes) {
    expectInputs(inputs, 2)
    for (const input of inputs) {
      expectDType(input, 'float')
      if (input.shape.length !== 2) throw new Error(`expected matrices, got [${input.shape}]`)
    }
    return [{ shape: productShape(inputs[0].shape, inputs[1].shape, attributes), dtype: 'float' }]
  },
  gradient: (context, cotangents) => matmulGradient('matmul', context, cotangents),
  evaluate([a, b], attributes, [type], allocate) {
    const transposeA = booleanAttribute(attributes, 'transposeA')
    const data = allocate(type)
    const inner = a.type.shape[transposeA ? 0 : 1]
    multiplyInto(
      data,
      0,
      a.data,
      0,
      transposeA,
      b.data,
      0,
      booleanAttribute(attributes, 'transposeB'),
      type.shape[0],
      inner,
      type.shape[1],
    )
    return [{ type, data }]
  },
  graphdef: (emit, inputs, node) => [
    emit.node('MatMul', inputs, {
      T: { type: emit.floatType },
      transpose_a: { b: booleanAttribute(node.attributes, 'transposeA') },
      transpose_b: { b: booleanAttribute(node.attributes, 'transposeB') },
    }),
  ],
}
