import type { OpDefinition } from '../ir.ts'
import {
  broadcastShapes,
  broadcastStrides,
  expectInputs,
  listAttribute,
  sameShape,
} from '../support/shapes.ts'
import { walk } from '../support/elementwise.ts'
import { sumTo } from '../support/make.ts'

/** Repeats a tensor along axes of extent 1 and new leading axes. Attribute: shape. */
export const broadcastTo: OpDefinition = {
  name: 'broadcast-to',
  infer(inputs, attributes) {
    expectInputs(inputs, 1)
    const shape = listAttribute(attributes, 'shape')
    if (!sameShape(broadcastShapes(inputs[0].shape, shape), shape)) {
      throw new Error(`[${inputs[0].shape}] does not broadcast to [${shape}]`)
    }
    return [{ shape, dtype: inputs[0].dtype }]
  },
  gradient: ({ graph, inputs: [x] }, [cotangent]) => [cotangent && sumTo(graph, cotangent, x.type.shape)],
  evaluate([x], _attributes, [type], allocate) {
    const data = allocate(type)
    walk(type.shape, [broadcastStrides(x.type.shape, type.shape)], (to, [start], [step], count) => {
      if (step === 0) data.fill(x.data[start], to, to + count)
      else for (let k = 0; k < count; k++) data[to + k] = x.data[start + k]
    })
    return [{ type, data }]
  },
  graphdef(emit, [input], node) {
    const [{ shape, dtype }] = node.outputs
    return [
      emit.node('BroadcastTo', [input, emit.constant('int', [shape.length], shape)], {
        T: { type: emit.dataType(dtype) },
        Tidx: { type: emit.dataType('int') },
      }),
    ]
  },
}
