import type { OpDefinition } from '../ir.ts'
import { broadcastShapes, broadcastStrides, expectDType, expectInputs } from '../support/shapes.ts'
import { walk } from '../support/elementwise.ts'
import { one, scalar, sumTo } from '../support/make.ts'

/** a where the condition (bool) holds, else b; all three are broadcast. */
export const select: OpDefinition = {
  name: 'select',
  infer(inputs) {
    expectInputs(inputs, 3)
    const [condition, a, b] = inputs
    expectDType(condition, 'bool')
    if (a.dtype !== b.dtype) throw new Error(`dtypes differ: ${a.dtype} and ${b.dtype}`)
    return [{ shape: broadcastShapes(condition.shape, broadcastShapes(a.shape, b.shape)), dtype: a.dtype }]
  },
  gradient({ graph, inputs: [condition, a, b] }, [cotangent]) {
    if (cotangent === null) return [null, null, null]
    const zero = scalar(graph, 0)
    return [
      null,
      sumTo(graph, one(graph, 'select', [condition, cotangent, zero]), a.type.shape),
      sumTo(graph, one(graph, 'select', [condition, zero, cotangent]), b.type.shape),
    ]
  },
  evaluate([condition, a, b], _attributes, [type], allocate) {
    const data = allocate(type)
    const strides = [condition, a, b].map((tensor) => broadcastStrides(tensor.type.shape, type.shape))
    walk(type.shape, strides, (to, offsets, steps, count) => {
      let [c, i, j] = offsets
      for (let k = 0; k < count; k++, c += steps[0], i += steps[1], j += steps[2]) {
        data[to + k] = condition.data[c] ? a.data[i] : b.data[j]
      }
    })
    return [{ type, data }]
  },
  graphdef: (emit, inputs, node) => [
    emit.node('SelectV2', inputs, { T: { type: emit.dataType(node.outputs[0].dtype) } }),
  ],
}
