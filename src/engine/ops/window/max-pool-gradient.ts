import type { OpDefinition } from '../ir.ts'
import { one } from '../support/make.ts'
import { expectInputs } from '../support/shapes.ts'
import { expectFloat } from '../support/window.ts'
import { largestPlaces, poolAttributes, poolWindow } from './max-pool.ts'

/**
 * The adjoint of max-pool at x: (x, y = max-pool(x), cotangent of y) → cotangent of x, sent to the largest
 * entries. Linear in the cotangent and, almost everywhere, locally constant in x.
 */
export const maxPoolGradient: OpDefinition = {
  name: 'max-pool-gradient',
  infer(inputs, attributes) {
    expectInputs(inputs, 3)
    const [x, y, cotangent] = inputs
    const { batch, outHeight, outWidth, channels } = poolWindow(x.shape, attributes)
    expectFloat(y, [batch, outHeight, outWidth, channels], 'pooled image')
    expectFloat(cotangent, [batch, outHeight, outWidth, channels], 'cotangent')
    return [{ shape: x.shape, dtype: 'float' }]
  },
  gradient: ({ graph, inputs: [x, y], attributes, needs }, [direction]) => [
    null,
    null,
    direction && needs[2] ? one(graph, 'max-pool-pick', [x, y, direction], attributes) : null,
  ],
  evaluate([x, , cotangent], attributes, [type], allocate) {
    const places = largestPlaces(x.data, poolWindow(type.shape, attributes))
    const data = allocate(type)
    for (let i = 0; i < places.length; i++) data[places[i]] += cotangent.data[i]
    return [{ type, data }]
  },
  graphdef: (emit, inputs, node) => [
    emit.node(
      'MaxPoolGrad',
      inputs,
      poolAttributes(emit, poolWindow(node.outputs[0].shape, node.attributes)),
    ),
  ],
}
