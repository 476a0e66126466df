/** Concat: of outputs of layers, and of tokens of the file with a sequence. */
import type { Constant } from '../constant.ts'
import type { Context } from '../context.ts'
import { fromEnd } from '../extents.ts'
import { unable } from '../failure.ts'
import { moduleName } from '../names.ts'
import { extentsOf, plainView } from '../view.ts'
import type { View } from '../view.ts'
import type { Operator } from './types.ts'

export const concat: Operator = (context) => {
  const values = context.node.inputs.map((_, k) => context.input(k))
  if (values.length === 1 && values[0]) return context.set(values[0])
  const first = values.find((value) => value !== null && value.kind !== 'constant')
  if (!first) return unable('its inputs are missing')
  const axis = fromEnd(context.number('axis', 0), context.extents(first).length)
  const tokens = values.slice(0, -1).flatMap((value) => (value?.kind === 'constant' ? [value] : []))
  if (tokens.length === values.length - 1 && values.at(-1)?.kind !== 'constant')
    return classTokens(context, tokens, axis)
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

/** Tensors of the file [1, 1, features] before a sequence. */
function classTokens(context: Context, tokens: readonly Constant[], axis: number): void {
  const view = context.view(tokens.length)
  const extents = extentsOf(view)
  const isToken = ({ shape }: Constant): boolean => shape.join() === `1,1,${extents[2]}`
  if (view.axes.length !== 3 || axis !== 1 || !tokens.every(isToken)) {
    const given = tokens.map(({ shape }) => `[${shape}]`).join(', ')
    unable(`it joins tensors of the file, ${given}, with [${extents}]; known are tokens before a sequence`)
  }
  const sequence = context.writer.arrange(view, [view.axes[1], view.axes[2]], context.name)
  const layer = tokens.toReversed().reduce((before, given) => {
    const token = context.take(given).data
    return context.writer.add(moduleName(given) ?? context.name, { kind: 'class-token' }, [before], { token })
  }, sequence)
  context.set(plainView(layer, context.writer.shapeOf(layer), context.all.batch))
}
