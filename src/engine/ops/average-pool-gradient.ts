import type { OpDefinition } from './ir.ts'
import { one } from './make.ts'
import { expectInputs, listAttribute } from './shapes.ts'
import { expectFloat, isUnpadded } from './window.ts'
import { averagePoolAttributes, eachPlace } from './average-pool.ts'
import { poolWindow } from './max-pool.ts'

/** The adjoint of average-pool. Attributes: its own, and `inputShape`, the image's shape. */
export const averagePoolGradient: OpDefinition = {
  name: 'average-pool-gradient',
  infer(inputs, attributes) {
    expectInputs(inputs, 1)
    const shape = listAttribute(attributes, 'inputShape')
    const { batch, outHeight, outWidth, channels } = poolWindow(shape, attributes)
    expectFloat(inputs[0], [batch, outHeight, outWidth, channels], 'cotangent')
    return [{ shape, dtype: 'float' }]
  },
  gradient: ({ graph, attributes: { size, stride, padding } }, [direction]) =>
    [direction && one(graph, 'average-pool', [direction], { size, stride, padding })],
  evaluate([cotangent], attributes, [type], allocate) {
    const data = allocate(type)
    eachPlace(poolWindow(type.shape, attributes), (to, from, channels, weight) => {
      for (let c = 0; c < channels; c++) data[to + c] += cotangent.data[from + c] * weight
    })
    return [{ type, data }]
  },
  graphdef(emit, [cotangent], node) {
    const { shape } = node.outputs[0]
    const window = poolWindow(shape, node.attributes)
    const attributes = averagePoolAttributes(emit, window)
    if (window.padding === 'same' || isUnpadded(window)) {
      return [emit.node('AvgPoolGrad', [emit.constant('int', [4], shape), cotangent], attributes)]
    }
    const { top, bottom, left, right } = window
    const padded = [shape[0], shape[1] + top + bottom, shape[2] + left + right, shape[3]]
    const whole = emit.node('AvgPoolGrad', [emit.constant('int', [4], padded), cotangent], attributes)
    const box = [emit.constant('int', [4], [0, top, left, 0]), emit.constant('int', [4], shape)]
    return [emit.node('Slice', [whole, ...box], { T: { type: emit.floatType }, Index: { type: emit.dataType('int') } })]
  },
}
