import type { OpDefinition } from '../ir.ts'
import { expectInputs, listAttribute, stridesOf } from '../support/shapes.ts'
import { walk } from '../support/elementwise.ts'
import { one } from '../support/make.ts'

/** Axis i of the output is axis permutation[i] of the input. Attribute: permutation. */
export const transpose: OpDefinition = {
  name: 'transpose',
  infer(inputs, attributes) {
    expectInputs(inputs, 1)
    const permutation = listAttribute(attributes, 'permutation')
    const { shape, dtype } = inputs[0]
    if (
      permutation.length !== shape.length ||
      permutation.toSorted((a, b) => a - b).some((axis, i) => axis !== i)
    ) {
      throw new Error(`[${permutation}] is no permutation of the ${shape.length} axes of [${shape}]`)
    }
    return [{ shape: permutation.map((axis) => shape[axis]), dtype }]
  },
  gradient({ graph, attributes }, [cotangent]) {
    if (cotangent === null) return [null]
    const inverse: number[] = []
    listAttribute(attributes, 'permutation').forEach((axis, i) => {
      inverse[axis] = i
    })
    return [one(graph, 'transpose', [cotangent], { permutation: inverse })]
  },
  evaluate([x], attributes, [type], allocate) {
    const data = allocate(type)
    const from = stridesOf(x.type.shape)
    const strides = listAttribute(attributes, 'permutation').map((axis) => from[axis])
    walk(type.shape, [strides], (to, [start], [step], count) => {
      for (let k = 0; k < count; k++) data[to + k] = x.data[start + k * step]
    })
    return [{ type, data }]
  },
  graphdef(emit, [input], node) {
    const permutation = listAttribute(node.attributes, 'permutation')
    return [
      emit.node('Transpose', [input, emit.constant('int', [permutation.length], permutation)], {
        T: { type: emit.dataType(node.outputs[0].dtype) },
        Tperm: { type: emit.dataType('int') },
      }),
    ]
  },
}
