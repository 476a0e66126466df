/** Operators that move entries: they change how a layer's output is read, or join and cut outputs. */
import { sizeOf } from '../../../../shared/graph/shapes.ts'
import { integers } from '../constant.ts'
import type { Value } from '../values.ts'
import { unable } from '../failure.ts'
import { cutsOf, fromEnd, reshapeTarget, squeezed, unsqueezed } from '../extents.ts'
import { extentsOf, reshapeView, transposeView } from '../view.ts'
import type { View } from '../view.ts'
import { concat } from './concat.ts'
import { embedding, looksUp } from './tokens.ts'
import type { Operator } from './types.ts'

/** Applies a change of reading to a value, whatever is computed from what is read. */
function moved(value: Value | null, change: (view: View) => View): Value {
  if (value?.kind === 'view') return change(value)
  if (value?.kind === 'applied') return { ...value, view: change(value.view) }
  return unable('it moves the entries of something that is no output of a layer')
}

const reshape: Operator = (context) => {
  const value = context.input(0)
  const allowZero = context.number('allowzero', 0) === 1
  context.set(
    moved(value, (view) =>
      reshapeView(view, reshapeTarget(extentsOf(view), context.integers('shape', 1) ?? [], allowZero)),
    ),
  )
}

const flatten: Operator = (context) => {
  context.set(
    moved(context.input(0), (view) => {
      const extents = extentsOf(view)
      const axis = fromEnd(context.number('axis', 1), extents.length + 1)
      return reshapeView(view, [sizeOf(extents.slice(0, axis)), sizeOf(extents.slice(axis))])
    }),
  )
}

const transpose: Operator = (context) => {
  context.set(
    moved(context.input(0), (view) =>
      transposeView(view, context.integers('perm', -1) ?? [...view.axes.keys()].reverse()),
    ),
  )
}

const unsqueeze: Operator = (context) => {
  context.set(
    moved(context.input(0), (view) =>
      reshapeView(view, unsqueezed(extentsOf(view), context.integers('axes', 1) ?? [])),
    ),
  )
}

const squeeze: Operator = (context) => {
  context.set(
    moved(context.input(0), (view) =>
      reshapeView(view, squeezed(extentsOf(view), context.integers('axes', 1))),
    ),
  )
}

/** Expand and Tile, where they repeat nothing. */
const expand: Operator = (context) => {
  const asked = context.integers('shape', 1) ?? []
  context.set(
    moved(context.input(0), (view) => {
      const extents = extentsOf(view)
      const padded = [...Array<number>(Math.max(asked.length - extents.length, 0)).fill(1), ...extents]
      const grows = asked.some((side, k) => side !== 1 && side !== padded.at(k - asked.length))
      return grows ? unable('it repeats the output of a layer') : reshapeView(view, padded)
    }),
  )
}

const slice: Operator = (context) => {
  context.set(
    moved(context.input(0), (view) =>
      cutsOf(context, extentsOf(view)).reduce((from, { axis, begin, count, step }) => {
        if (step !== 1) unable(`it takes every ${step}th entry`)
        if (count === 0) unable('it takes nothing')
        return context.cut(from, axis, begin, count)
      }, view),
    ),
  )
}

/** Gather by one index, or by indices that follow each other. */
const gather: Operator = (context) => {
  const tokens = context.input(1)
  if (context.input(0)?.kind === 'constant' && tokens?.kind === 'view') return embedding(context, tokens)
  const indices = context.constant(1)
  if (!indices) return unable('its indices are missing')
  context.set(
    moved(context.input(0), (view) => {
      const extents = extentsOf(view)
      const axis = fromEnd(context.number('axis', 0), extents.length)
      const places = integers(indices).map((index) => fromEnd(index, extents[axis]))
      if (places.some((place, k) => place !== places[0] + k)) unable('its indices do not follow each other')
      const cut = context.cut(view, axis, places[0], places.length)
      return reshapeView(cut, [...extents.slice(0, axis), ...indices.shape, ...extents.slice(axis + 1)])
    }),
  )
}

const split: Operator = (context) => {
  const value = context.input(0)
  if (value === null) return unable('its input is missing')
  const extents = context.extents(value)
  const axis = fromEnd(context.number('axis', 0), extents.length)
  const count = context.node.outputs.length
  const even = Math.ceil(extents[axis] / count)
  const sizes =
    context.integers('split', 1) ??
    Array.from({ length: count }, (_, k) => Math.min(even, extents[axis] - k * even))
  let begin = 0
  sizes.forEach((size, k) => {
    const from = begin
    context.set(
      moved(value, (view) => context.cut(view, axis, from, size)),
      k,
    )
    begin += size
  })
}

/** A value cut into a list of values, which SequenceAt takes one by one. */
const splitToSequence: Operator = (context) => {
  const view = context.view(0)
  const extents = extentsOf(view)
  const axis = fromEnd(context.number('axis', 0), extents.length)
  const given = context.constant(1)
  const single = given === null || given.shape.length === 0
  const each = given === null ? 1 : integers(given)[0]
  if (single && !(each >= 1)) unable(`it cuts into parts of ${each}`)
  const count = Math.ceil(extents[axis] / each)
  const sizes = single
    ? Array.from({ length: count }, (_, k) => Math.min(each, extents[axis] - k * each))
    : integers(given)
  let begin = 0
  const parts = sizes.map((size) => {
    const part = context.cut(view, axis, begin, size)
    begin += size
    const drops = given === null && context.number('keepdims', 1) === 0
    return drops
      ? reshapeView(
          part,
          extents.filter((_, k) => k !== axis),
        )
      : part
  })
  context.set({ kind: 'sequence', parts })
}

const sequenceAt: Operator = (context) => {
  const value = context.input(0)
  const index = context.constant(1)
  if (value?.kind !== 'sequence' || !index) return unable('it takes from a list that is not known')
  context.set(value.parts[fromEnd(integers(index)[0], value.parts.length)])
}

const shape: Operator = (context) => {
  const value = context.input(0)
  if (value === null) return unable('its input is missing')
  const extents = context.extents(value)
  const at = (given: number): number =>
    Math.min(Math.max(given < 0 ? given + extents.length : given, 0), extents.length)
  const part = extents.slice(at(context.number('start', 0)), at(context.number('end', extents.length)))
  context.set({
    kind: 'constant',
    shape: [part.length],
    data: Float64Array.from(part),
    integer: true,
    origin: null,
  })
}

const size: Operator = (context) => {
  const value = context.input(0)
  if (value === null) return unable('its input is missing')
  const total = sizeOf(context.extents(value))
  context.set({ kind: 'constant', shape: [], data: Float64Array.of(total), integer: true, origin: null })
}

const identity: Operator = (context) => {
  const value = context.input(0)
  if (value) context.set(value)
}

/** Between kinds of floats, of which the bench has one, and of tokens to whole numbers, which they are. */
const cast: Operator = (context) => {
  const value = context.input(0)
  const tokens = value?.kind === 'view' && value.layer === 'input' && looksUp(context, context.node)
  if (!tokens && ![1, 10, 11, 16].includes(context.number('to', 1)))
    unable('it rounds the output of a layer to whole numbers')
  identity(context)
}

export const MOVEMENT: Readonly<Record<string, Operator>> = {
  Reshape: reshape,
  Flatten: flatten,
  Transpose: transpose,
  Unsqueeze: unsqueeze,
  Squeeze: squeeze,
  Expand: expand,
  Slice: slice,
  Gather: gather,
  Split: split,
  SplitToSequence: splitToSequence,
  SequenceAt: sequenceAt,
  Concat: concat,
  Shape: shape,
  Size: size,
  Identity: identity,
  Cast: cast,
  CastLike: identity,
}
