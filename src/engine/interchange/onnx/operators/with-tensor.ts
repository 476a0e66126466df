/** Sums and products with tensors of the file: biases, norms' scales and shifts, layer scales, positions. */
import type { Constant } from '../constant.ts'
import type { Context } from '../context.ts'
import { moduleName } from '../names.ts'
import { extentsOf, withoutBatch } from '../view.ts'
import type { View } from '../view.ts'

/**
 * A product or sum of a value and a tensor of the file with one number a feature: the scale or shift of a
 * norm, the bias of a layer without one, a layer scale, positions. Null where it is none of these.
 */
export function withTensor(
  context: Context,
  op: 'Add' | 'Mul',
  index: number,
  tensor: Constant,
): View | null {
  const view = context.view(index)
  const extents = extentsOf(view)
  const padded = [
    ...Array<number>(Math.max(extents.length - tensor.shape.length, 0)).fill(1),
    ...tensor.shape,
  ]
  const wide = padded.flatMap((side, axis) => (side > 1 ? [axis] : []))
  if (padded.length !== extents.length || wide.some((axis) => padded[axis] !== extents[axis])) return null
  if (wide.length === 2 && op === 'Add') return positions(context, view, wide, tensor)
  if (wide.length !== 1) return null
  const by = context.byFeatures(view, wide[0])
  const { data } = context.take(tensor)
  const node = context.writer.layer(by.layer)
  const own =
    by.layer === view.layer &&
    context.owns(by.layer, index) &&
    !(context.node.inputs[index] === context.all.output)
  const has = (suffix: 'scale' | 'shift'): boolean => context.all.amended.has(`${by.layer}.${suffix}`)
  if (own && node?.kind === 'layer-norm' && !has('shift') && !(op === 'Mul' && has('scale'))) {
    const suffix = op === 'Mul' ? 'scale' : 'shift'
    context.all.amended.add(`${by.layer}.${suffix}`)
    context.writer.amend(by.layer, (same) => same, { [suffix]: data })
    return by
  }
  if (op === 'Mul') {
    let initial = 0
    for (const entry of data) initial += entry / data.length
    const name = moduleName(tensor) ?? context.name
    const layer = context.writer.add(name, { kind: 'layer-scale', initial }, [by.layer], {
      'layer-scale': data,
    })
    return { ...by, layer }
  }
  if (
    own &&
    (node?.kind === 'dense' || node?.kind === 'conv' || node?.kind === 'depthwise-conv') &&
    !node.bias
  ) {
    context.writer.amend(by.layer, (layer) => ({ ...layer, bias: true }) as typeof layer, { bias: data })
    return by
  }
  return null
}

/** A tensor [time, features] that is added to a sequence. */
function positions(context: Context, view: View, wide: readonly number[], tensor: Constant): View | null {
  if (withoutBatch(view.axes.flat()).length !== withoutBatch(wide.flatMap((axis) => view.axes[axis])).length)
    return null
  const groups = wide.map((axis) => view.axes[axis])
  const sequence = context.writer.arrange(view, groups, context.name)
  const position = context.take(tensor).data
  const layer = context.writer.add(
    moduleName(tensor) ?? context.name,
    { kind: 'position-embedding' },
    [sequence],
    { position },
  )
  return context.reread(view, groups, layer)
}
