import type { OpDefinition } from '../ir.ts'
import { expectInputs, listAttribute, stridesOf } from '../support/shapes.ts'
import { walk } from '../support/elementwise.ts'
import { one } from '../support/make.ts'

/** A box of a tensor. Attributes: begin and size, one number an axis. */
export const slice: OpDefinition = {
  name: 'slice',
  infer(inputs, attributes) {
    expectInputs(inputs, 1)
    const { shape, dtype } = inputs[0]
    const begin = listAttribute(attributes, 'begin')
    const size = listAttribute(attributes, 'size')
    const fits =
      begin.length === shape.length &&
      size.length === shape.length &&
      shape.every((extent, axis) => begin[axis] >= 0 && size[axis] >= 0 && begin[axis] + size[axis] <= extent)
    if (!fits) throw new Error(`begin [${begin}] with size [${size}] is not inside [${shape}]`)
    return [{ shape: size, dtype }]
  },
  gradient({ graph, inputs: [x], attributes }, [cotangent]) {
    if (cotangent === null) return [null]
    const begin = listAttribute(attributes, 'begin')
    const size = listAttribute(attributes, 'size')
    const paddings = x.type.shape.flatMap((extent, axis) => [begin[axis], extent - begin[axis] - size[axis]])
    return [one(graph, 'pad', [cotangent], { paddings, value: 0 })]
  },
  evaluate([x], attributes, [type], allocate) {
    const data = allocate(type)
    const strides = stridesOf(x.type.shape)
    const origin = listAttribute(attributes, 'begin').reduce(
      (at, begin, axis) => at + begin * strides[axis],
      0,
    )
    walk(type.shape, [strides], (to, [start], [step], count) => {
      for (let k = 0; k < count; k++) data[to + k] = x.data[origin + start + k * step]
    })
    return [{ type, data }]
  },
  graphdef(emit, [input], node) {
    const begin = listAttribute(node.attributes, 'begin')
    const size = listAttribute(node.attributes, 'size')
    const box = [emit.constant('int', [begin.length], begin), emit.constant('int', [size.length], size)]
    return [
      emit.node('Slice', [input, ...box], {
        T: { type: emit.dataType(node.outputs[0].dtype) },
        Index: { type: emit.dataType('int') },
      }),
    ]
  },
}
