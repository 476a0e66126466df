import type { OpDefinition } from '../ir.ts'
import { one } from '../support/make.ts'
import { expectInputs, listAttribute } from '../support/shapes.ts'
import { expectFloat } from '../support/window.ts'
import { cropped, paddedShape } from '../support/window-graphdef.ts'
import { averagePoolAttributes, eachPlace, zerosCount } from './average-pool.ts'
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
  gradient: ({ graph, attributes: { size, stride, padding } }, [direction]) => [
    direction && one(graph, 'average-pool', [direction], { size, stride, padding }),
  ],
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
    const sizes = emit.constant('int', [4], zerosCount(window) ? paddedShape(window) : shape)
    const whole = emit.node('AvgPoolGrad', [sizes, cotangent], averagePoolAttributes(emit, window))
    return [zerosCount(window) ? cropped(emit, whole, window) : whole]
  },
}
