/** Elementwise operators: activations however they are spelled, residual additions, gates, biases. */
import { scalarOf } from '../constant.ts'
import type { Context } from '../context.ts'
import type { Value } from '../values.ts'
import { apply, ARGUMENT } from '../expression.ts'
import type { Applied, Expression } from '../expression.ts'
import { unable } from '../failure.ts'
import { coversAxis, extentsOf, isWhole, readsAlike, withoutBatch } from '../view.ts'
import type { View } from '../view.ts'
import { scaledScores } from './attention.ts'
import { BINARY, formulaOf, UNARY_NAMES } from './formulas.ts'
import { momentStep } from './norm.ts'
import type { Operator } from './types.ts'
import { withTensor } from './with-tensor.ts'

const unary: Operator = (context) => {
  const value = context.input(0)
  const step = momentStep(context, context.node.op, [value])
  if (step) return context.set(step)
  const formula = formulaOf(context)
  if (!formula || value === null) return unable('it is not known')
  context.set(applied(context, value, (of) => apply(context.node.op, formula, [of])))
}

function applied(context: Context, value: Value, change: (of: Expression) => Expression): Applied {
  if (value.kind === 'applied') return { ...value, expression: change(value.expression) }
  return { kind: 'applied', view: context.force(value), expression: change(ARGUMENT) }
}

const binary: Operator = (context) => {
  const { op } = context.node
  const [a, b] = [context.input(0), context.input(1)]
  if (a === null || b === null) return unable('an input is missing')
  const step = momentStep(context, op, [a, b]) ?? scaledScores(context, op, a, b)
  if (step) return context.set(step)
  if (a.kind === 'constant' || b.kind === 'constant') return withConstant(context, a, b)
  const alike = sameReading(a, b)
  if (alike) {
    const parts = [a, b].map((value) => (value.kind === 'applied' ? value.expression : ARGUMENT))
    return context.set({ kind: 'applied', view: alike, expression: apply(op, BINARY[op], parts) })
  }
  if (op !== 'Add' && op !== 'Mul')
    unable('it joins two outputs of layers; those of the bench are added and multiplied')
  context.set(joined(context, op === 'Add' ? 'add' : 'multiply', context.force(a), context.force(b)))
}

/** The view that two values are formulas of, if there is one. */
function sameReading(a: Value, b: Value): View | null {
  if ((a.kind !== 'view' && a.kind !== 'applied') || (b.kind !== 'view' && b.kind !== 'applied')) return null
  const [first, second] = [a, b].map((value) => (value.kind === 'applied' ? value.view : value))
  return first.layer === second.layer && readsAlike(first, second) ? first : null
}

function withConstant(context: Context, a: Value, b: Value): void {
  const { op } = context.node
  const index = a.kind === 'constant' ? 1 : 0
  const [tensor, value] = a.kind === 'constant' ? [a, b] : [b, a]
  if (tensor.kind !== 'constant') return unable('an input is missing')
  const scalar = scalarOf(tensor)
  if (scalar !== null && tensor.shape.length <= context.extents(value).length) {
    const number: Expression = { op: 'number', value: scalar }
    const parts = (of: Expression): Expression[] => (index === 0 ? [of, number] : [number, of])
    return context.set(applied(context, value, (of) => apply(op, BINARY[op], parts(of))))
  }
  const result = op === 'Add' || op === 'Mul' ? withTensor(context, op, index, tensor) : null
  if (result) return context.set(result)
  unable(
    `it takes a tensor of the file of [${tensor.shape}]; known are a bias of each feature right after a ` +
      'convolution or linear layer, a scale of each feature, and positions of a sequence',
  )
}

/** The sum or product of two outputs of layers. */
function joined(context: Context, kind: 'add' | 'multiply', a: View, b: View): View {
  const [x, y] = [extentsOf(a), extentsOf(b)]
  if (x.length === y.length && x.every((side, axis) => side === y[axis])) {
    if (readsAlike(a, b) && isWhole(a))
      return { ...a, layer: context.writer.add(context.name, { kind }, [a.layer, b.layer]) }
    const model = isPlain(a) ? a : isPlain(b) ? b : null
    const order = model
      ? groupsOf(model)
      : [...a.axes.keys()].filter((axis) => withoutBatch(a.axes[axis]).length > 0)
    const [left, right] = [a, b].map((view) => {
      if (view.axes.some((atoms) => atoms.length > 1 && atoms.some((atom) => atom.axis < 0)))
        unable('it joins values that merge the batch with another axis')
      return context.writer.arrange(
        view,
        order.map((axis) => view.axes[axis]),
        context.name,
      )
    })
    const layer = context.writer.add(context.name, { kind }, [left, right])
    return context.reread(
      a,
      order.map((axis) => a.axes[axis]),
      layer,
    )
  }
  if (kind === 'multiply') {
    const gated = gate(context, a, b) ?? gate(context, b, a)
    if (gated) return gated
  }
  return unable(
    `it joins [${x}] and [${y}]; layers of the bench join equal shapes, or an image and its channels`,
  )
}

/** Whether each axis of the layer's output is one axis in ONNX. */
function isPlain(view: View): boolean {
  return view.shape.every((_, axis) => view.axes.some((atoms) => coversAxis(view, atoms, axis)))
}

/** For a plain view the axis in ONNX of each axis of the layer's output. */
function groupsOf(view: View): number[] {
  return view.shape.map((_, axis) =>
    view.axes.findIndex((atoms, k) => coversAxis(view, atoms, axis) && (atoms.length > 0 || k > 0)),
  )
}

/** Squeeze-excitation: an image [batch, channels, height, width] times [batch, channels, 1, 1]. */
function gate(context: Context, image: View, factors: View): View | null {
  const [given, wanted] = [extentsOf(image), extentsOf(factors)]
  if (given.length !== 4 || wanted.length !== 4 || given[1] !== wanted[1]) return null
  if (wanted[2] !== 1 || wanted[3] !== 1) return null
  const channels = context.writer.arrange(factors, [factors.axes[1]], context.name)
  const layer = context.writer.add(context.name, { kind: 'scale-channels' }, [context.image(image), channels])
  const groups = [image.axes[2], image.axes[3], image.axes[1]]
  return context.reread(image, groups, layer)
}

export const ARITHMETIC: Readonly<Record<string, Operator>> = {
  ...Object.fromEntries(UNARY_NAMES.map((name) => [name, unary])),
  ...Object.fromEntries(Object.keys(BINARY).map((name) => [name, binary])),
}
