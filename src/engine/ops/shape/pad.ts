import type { OpDefinition } from '../ir.ts'
import { expectDType, expectInputs, listAttribute, numberAttribute, stridesOf } from '../support/shapes.ts'
import { walk } from '../support/elementwise.ts'
import { one } from '../support/make.ts'

/**
 * Surrounds a tensor by a value. Attributes: paddings (before, after for each axis in turn), value (0 if left
 * out).
 */
export const pad: OpDefinition = {
  name: 'pad',
  infer(inputs, attributes) {
    expectInputs(inputs, 1)
    expectDType(inputs[0], 'float', 'int')
    const { shape, dtype } = inputs[0]
    const paddings = listAttribute(attributes, 'paddings')
    if (paddings.length !== 2 * shape.length || paddings.some((extent) => !(extent >= 0))) {
      throw new Error(
        `paddings: expected ${2 * shape.length} numbers from 0 up for [${shape}], got [${paddings}]`,
      )
    }
    return [
      { shape: shape.map((extent, axis) => extent + paddings[2 * axis] + paddings[2 * axis + 1]), dtype },
    ]
  },
  gradient({ graph, inputs: [x], attributes }, [cotangent]) {
    if (cotangent === null) return [null]
    const begin = listAttribute(attributes, 'paddings').filter((_, i) => i % 2 === 0)
    return [one(graph, 'slice', [cotangent], { begin, size: x.type.shape })]
  },
  evaluate([x], attributes, [type], allocate) {
    const data = allocate(type)
    const value = numberAttribute(attributes, 'value', 0)
    if (value !== 0) data.fill(value)
    const strides = stridesOf(type.shape)
    const paddings = listAttribute(attributes, 'paddings')
    const origin = strides.reduce((at, stride, axis) => at + stride * paddings[2 * axis], 0)
    walk(x.type.shape, [strides], (from, [start], [step], count) => {
      for (let k = 0; k < count; k++) data[origin + start + k * step] = x.data[from + k]
    })
    return [{ type, data }]
  },
  graphdef(emit, [input], node) {
    const [{ shape, dtype }] = node.outputs
    const paddings = emit.constant('int', [shape.length, 2], listAttribute(node.attributes, 'paddings'))
    const value = emit.constant(dtype, [], [numberAttribute(node.attributes, 'value', 0)])
    return [
      emit.node('PadV2', [input, paddings, value], {
        T: { type: emit.dataType(dtype) },
        Tpaddings: { type: emit.dataType('int') },
      }),
    ]
  },
}
