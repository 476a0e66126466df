/** Dropout, Pad and constants. */
import { constant, integers, scalarOf } from '../constant.ts'
import { unable } from '../failure.ts'
import { extentsOf } from '../view.ts'
import type { Operator } from './types.ts'

const dropout: Operator = (context) => {
  const view = context.view(0)
  const ratio = context.constant(1)
  const rate = ratio ? (scalarOf(ratio) ?? 0.5) : context.number('ratio', 0.5)
  if (rate === 0) return context.set(view)
  if (!(rate > 0 && rate < 1)) unable(`its rate is ${rate}`)
  context.set({ ...view, layer: context.writer.add(context.name, { kind: 'dropout', rate }, [view.layer]) })
}

/** Zeros around an image, which the convolution or pooling after it takes over. */
const pad: Operator = (context) => {
  const view = context.view(0)
  const extents = extentsOf(view)
  const mode = context.text('mode', 'constant')
  const filling = context.constant(2)
  if (mode !== 'constant') unable(`it pads by ${mode}; known are zeros`)
  if ((filling ? scalarOf(filling) : context.number('value', 0)) !== 0)
    unable('it pads with another number than 0')
  const given = context.integers('pads', 1) ?? []
  const axes = context.constant(3)
  const rank = extents.length
  const pads = new Array<number>(2 * rank).fill(0)
  const at = axes ? integers(axes).map((axis) => (axis < 0 ? axis + rank : axis)) : [...extents.keys()]
  at.forEach((axis, k) => {
    pads[axis] = given[k] ?? 0
    pads[axis + rank] = given[k + at.length] ?? 0
  })
  if (pads.every((zeros) => zeros === 0)) return context.set(view)
  if (rank !== 4 || pads[0] + pads[1] + pads[4] + pads[5] !== 0)
    unable('it pads another axis than height and width')
  context.set({ kind: 'padded', view, amounts: [pads[2], pads[6], pads[3], pads[7]] })
}

const constantNode: Operator = (context) => {
  const { attributes } = context.node
  const tensor = attributes.get('value')
  if (typeof tensor === 'object' && 'kind' in tensor) return context.set(tensor)
  const number = attributes.get('value_float') ?? attributes.get('value_int')
  if (typeof number === 'number')
    return context.set(constant([], Float64Array.of(number), attributes.has('value_int')))
  const list = attributes.get('value_floats') ?? attributes.get('value_ints')
  if (typeof list === 'object' && !('kind' in list))
    return context.set(constant([list.length], Float64Array.from(list), attributes.has('value_ints')))
  unable('it is a constant of another kind than numbers')
}

export const OTHER: Readonly<Record<string, Operator>> = {
  Dropout: dropout,
  Pad: pad,
  Constant: constantNode,
}
