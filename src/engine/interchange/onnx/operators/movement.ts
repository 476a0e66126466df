/** Operators that move entries: they change how a layer's output is read, or join and cut outputs. */
import { integers } from '../constant.ts'
import type { Constant } from '../constant.ts'
import type { Context, Value } from '../context.ts'
import { unable } from '../failure.ts'
import { cutsOf, fromEnd, reshapeTarget, squeezed, unsqueezed } from '../fold.ts'
import { moduleName } from '../names.ts'
import { extentsOf, isWhole, plainView, reshapeView, transposeView } from '../view.ts'
import type { View } from '../view.ts'
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
      const product = (sides: readonly number[]): number => sides.reduce((total, side) => total * side, 1)
      return reshapeView(view, [product(extents.slice(0, axis)), product(extents.slice(axis))])
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

const concat: Operator = (context) => {
  const values = context.node.inputs.map((_, k) => context.input(k))
  if (values.length === 1) return identity(context)
  const first = values.find((value) => value !== null && value.kind !== 'constant')
  if (!first) return unable('its inputs are missing')
  const axis = fromEnd(context.number('axis', 0), context.extents(first).length)
  const [before, after] = values
  if (values.length === 2 && before?.kind === 'constant' && after?.kind !== 'constant')
    return classToken(context, before, axis)
  const views = values.map((_, k) => context.byFeatures(context.view(k), axis))
  const [model] = views
  const order = (view: View): string =>
    JSON.stringify(view.axes.map((atoms) => atoms.map((atom) => atom.axis)))
  if (views.some((view) => order(view) !== order(model))) unable('its inputs lie in different orders')
  const layer = context.writer.add(
    context.name,
    { kind: 'concat' },
    views.map((view) => view.layer),
  )
  const shape = context.writer.shapeOf(layer)
  context.set({
    ...model,
    layer,
    shape,
    axes: model.axes.map((atoms, k) =>
      k === axis ? [{ axis: shape.length - 1, size: shape[shape.length - 1], stride: 1 }] : atoms,
    ),
  })
}

/** A tensor of the file [1, 1, features] before a sequence. */
function classToken(context: Context, token: Constant, axis: number): void {
  const view = context.view(1)
  const [, time, features] = extentsOf(view)
  const given = token.shape
  if (view.axes.length !== 3 || axis !== 1 || given[0] !== 1 || given[1] !== 1 || given[2] !== features)
    unable(
      `it joins a tensor of the file [${given}] with [${extentsOf(view)}]; known is one token before a ` +
        'sequence',
    )
  const groups = [view.axes[1], view.axes[2]]
  const sequence =
    time > 1 || !isWhole(view) ? context.writer.arrange(view, groups, context.name) : view.layer
  const layer = context.writer.add(moduleName(token) ?? context.name, { kind: 'class-token' }, [sequence], {
    token: context.take(token).data,
  })
  context.set(plainView(layer, context.writer.shapeOf(layer), context.all.batch))
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
  const total = context.extents(value).reduce((product, side) => product * side, 1)
  context.set({ kind: 'constant', shape: [], data: Float64Array.of(total), integer: true, origin: null })
}

const identity: Operator = (context) => {
  const value = context.input(0)
  if (value) context.set(value)
}

/** Between kinds of floats, of which the bench has one. */
const cast: Operator = (context) => {
  if (![1, 10, 11, 16].includes(context.number('to', 1)))
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
  Concat: concat,
  Shape: shape,
  Size: size,
  Identity: identity,
  Cast: cast,
  CastLike: identity,
}
