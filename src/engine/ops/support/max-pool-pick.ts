import type { OpDefinition } from '../ir.ts'
import { one } from './make.ts'
import { expectInputs } from './shapes.ts'
import { expectFloat } from './window.ts'
import { plainWindowAttributes, surround } from './window-graphdef.ts'
import { largestPlaces, poolWindow } from '../window/max-pool.ts'

/**
 * (x, y = max-pool(x), v) → the entries of v at the places where x is largest in its window: the derivative
 * of max-pool at x in the direction v, and the adjoint of max-pool-gradient.
 */
export const maxPoolPick: OpDefinition = {
  name: 'max-pool-pick',
  infer(inputs, attributes) {
    expectInputs(inputs, 3)
    const [x, y, direction] = inputs
    const { batch, outHeight, outWidth, channels } = poolWindow(x.shape, attributes)
    expectFloat(y, [batch, outHeight, outWidth, channels], 'pooled image')
    expectFloat(direction, x.shape, 'direction')
    return [{ shape: y.shape, dtype: 'float' }]
  },
  gradient: ({ graph, inputs: [x, y], attributes, needs }, [cotangent]) => [
    null,
    null,
    cotangent && needs[2] ? one(graph, 'max-pool-gradient', [x, y, cotangent], attributes) : null,
  ],
  evaluate([x, , direction], attributes, [type], allocate) {
    const places = largestPlaces(x.data, poolWindow(x.type.shape, attributes))
    const data = allocate(type)
    for (let i = 0; i < data.length; i++) data[i] = direction.data[places[i]]
    return [{ type, data }]
  },
  graphdef(emit, [x, y, direction], node) {
    const window = poolWindow(node.inputs[0].type.shape, node.attributes)
    // MaxPoolGradGrad has no EXPLICIT padding: what lies outside is written out, too low to be the largest.
    const lowest = -3.4028234663852886e38
    return [
      emit.node(
        'MaxPoolGradGrad',
        [surround(emit, x, window, lowest), y, surround(emit, direction, window)],
        {
          T: { type: emit.floatType },
          ksize: { list: { i: [1, window.kernelHeight, window.kernelWidth, 1] } },
          ...plainWindowAttributes(window),
        },
      ),
    ]
  },
}
