/** Attention, as exporters write it: two products of layers' outputs with a softmax between. */
import { scalarOf } from '../constant.ts'
import type { Constant } from '../constant.ts'
import type { Context } from '../context.ts'
import type { Attending, Value } from '../values.ts'
import { factorOf } from '../expression.ts'
import { unable } from '../failure.ts'
import { fromEnd } from '../extents.ts'
import { extentsOf, withoutBatch } from '../view.ts'
import type { Atom, View } from '../view.ts'
import type { Operator } from './types.ts'

/** A value as a factor times what is read. */
function scaledView(context: Context, index: number): { view: View; factor: number } {
  const value = context.input(index)
  if (value?.kind === 'applied') {
    const factor = factorOf(value.expression)
    if (factor !== null) return { view: value.view, factor }
  }
  return { view: context.view(index), factor: 1 }
}

/** MatMul of two outputs of layers: scale·Q·Kᵀ, or its softmax times V. */
export function matmulOfLayers(context: Context): void {
  const left = context.input(0)
  if (left?.kind === 'attending' && left.stage === 'weights') return mixed(context, left)
  const query = scaledView(context, 0)
  const key = scaledView(context, 1)
  const [rows, columns] = [extentsOf(query.view), extentsOf(key.view)]
  if (rows.length < 3 || rows.length !== columns.length || rows.at(-1) !== columns.at(-2)) {
    unable(
      `it multiplies the outputs of two layers, [${rows}] by [${columns}]; the bench does so in attention`,
    )
  }
  const scale = query.factor * key.factor
  context.set({ kind: 'attending', stage: 'scores', query: query.view, key: key.view, scale, causal: false })
}

/** A factor on the scores; null where the node is none. */
export function scaledScores(context: Context, op: string, a: Value, b: Value): Value | null {
  const [scores, other] = a.kind === 'attending' ? [a, b] : b.kind === 'attending' ? [b, a] : [null, null]
  if (scores === null || scores.stage !== 'scores') return null
  if (other.kind !== 'constant') return unable('it adds to the scores of attention what a layer gives')
  const factor = scalarOf(other)
  if (op === 'Mul' && factor !== null) return { ...scores, scale: scores.scale * factor }
  if (op === 'Div' && factor !== null && a === scores) return { ...scores, scale: scores.scale / factor }
  if (op === 'Add' && other.data.every((entry) => entry === 0)) {
    context.all.notes.add(`A bias of zeros on the scores of attention (“${context.node.name}”) was left out.`)
    return scores
  }
  if (op === 'Add' && hides(context, scores, other, (entry) => (entry === 0 ? 'seen' : hiding(entry))))
    return { ...scores, causal: true }
  return unable(MASKS)
}

const MASKS =
  'it masks or biases the scores of attention in another way than causally (a relative position bias, ' +
  'padding, a window). What works: a mask that stands in the file and hides from each token those after it'

/** From here on e to the power of a score is nothing beside that of another. */
const LEAST_HIDING = -1e3

type Sight = 'seen' | 'hidden' | null

const hiding = (entry: number): Sight => (entry <= LEAST_HIDING ? 'hidden' : null)

/** Whether a tensor of the file hides from each query the keys after its own, and nothing else. */
function hides(
  context: Context,
  scores: Attending,
  mask: Constant,
  sight: (entry: number) => Sight,
): boolean {
  const [queries, keys] = context.extents(scores).slice(-2)
  const { shape, data } = mask
  if (queries !== keys || data.length !== queries * keys) return false
  if (shape.at(-1) !== keys || shape.at(-2) !== queries) return false
  return data.every((entry, k) => sight(entry) === (k % keys > Math.floor(k / keys) ? 'hidden' : 'seen'))
}

/** Where: scores that are hidden by a tensor of truths, and the softmax's zeros in place of no numbers. */
const where: Operator = (context) => {
  const [condition, yes, no] = [0, 1, 2].map((index) => context.input(index))
  if (condition?.kind === 'no-numbers' && no?.kind === 'attending' && no.stage === 'weights')
    return context.set(no)
  const scores = [yes, no].find((value) => value?.kind === 'attending' && value.stage === 'scores')
  if (scores?.kind !== 'attending')
    return unable('it chooses between outputs of layers; known is a causal mask on the scores of attention')
  const other = scores === yes ? no : yes
  const filling = other?.kind === 'constant' ? scalarOf(other) : null
  if (condition?.kind !== 'constant' || filling === null || hiding(filling) === null) return unable(MASKS)
  const sight = (entry: number): Sight => ((entry !== 0) === (scores === yes) ? 'seen' : 'hidden')
  if (!hides(context, scores, condition, sight)) return unable(MASKS)
  context.set({ ...scores, causal: true })
}

const isNoNumber: Operator = (context) => {
  const value = context.input(0)
  if (value?.kind !== 'attending' || value.stage !== 'weights') return unable('it asks for what is no number')
  context.set({ kind: 'no-numbers', of: value })
}

const softmax: Operator = (context) => {
  const value = context.input(0)
  if (value?.kind === 'attending' && value.stage === 'scores') {
    const rank = extentsOf(value.query).length
    if (fromEnd(context.number('axis', -1), rank) !== rank - 1)
      unable('its softmax is not over the last axis')
    return context.set({ ...value, stage: 'weights' })
  }
  if (context.node.outputs[0] === context.all.output) {
    const { op, name } = context.node
    context.all.notes.add(`The ${op} at the end (“${name}”) was left out: the bench’s loss takes logits.`)
    return context.set(context.view(0))
  }
  unable('the bench has a softmax in attention only')
}

/** softmax(scores)·V: a layer of dot-product attention. */
function mixed(context: Context, { query, key, scale, causal }: Attending): void {
  const value = context.view(1)
  const rank = query.axes.length
  // Kᵀ read as K, like Q and V: […, time, depth].
  const turned: View = { ...key, axes: [...key.axes.slice(0, -2), key.axes[rank - 1], key.axes[rank - 2]] }
  const three = [query, turned, value]
  const [asked] = three.map(extentsOf)
  if (three.some((view) => extentsOf(view).join() !== asked.join()))
    unable('its query, key and value differ in shape; known is self-attention')
  const lead = query.axes.slice(0, -2).flat()
  const heads = withoutBatch(lead).reduce((product, atom) => product * atom.size, 1)
  const depth = asked[rank - 1]
  const settings = { heads, scale: tidyScale(scale, depth), ...(causal && { causal }) }
  const op = { kind: 'dot-product-attention', ...settings } as const
  const inputs = isFused(three) ? [query.layer] : three.map((view) => byHeads(context, view))
  const layer = context.writer.add(context.name, op, inputs)
  const shape = context.writer.shapeOf(layer)
  let stride = heads * depth
  const axes = query.axes.map((atoms, axis): readonly Atom[] => {
    if (axis === rank - 1) return depth === 1 ? [] : [{ axis: 1, size: depth, stride: 1 }]
    if (axis === rank - 2) return shape[0] === 1 ? [] : [{ axis: 0, size: shape[0], stride: 1 }]
    return atoms.map((atom) =>
      atom.axis < 0 ? atom : { axis: 1, size: atom.size, stride: (stride /= atom.size) },
    )
  })
  context.set({ kind: 'view', layer, shape, offsets: [0, 0], axes })
}

/** [time, heads · depth] of a value […heads, time, depth]. */
function byHeads(context: Context, view: View): string {
  const rank = view.axes.length
  const heads = withoutBatch(view.axes.slice(0, -2).flat())
  if (
    view.axes
      .slice(-2)
      .flat()
      .some((atom) => atom.axis < 0)
  )
    unable('it attends over the examples of a batch')
  return context.writer.arrange(view, [view.axes[rank - 2], [...heads, ...view.axes[rank - 1]]], context.name)
}

/** Whether query, key and value are the thirds of one layer's output, each by heads and depth. */
function isFused(three: readonly View[]): boolean {
  const [{ layer, shape }] = three
  if (shape.length !== 2 || shape[1] % 3 !== 0) return false
  const third = shape[1] / 3
  return three.every((view, k) => {
    const rank = view.axes.length
    const features = [...withoutBatch(view.axes.slice(0, -2).flat()), ...view.axes[rank - 1]]
    let stride = third
    const ordered = features.every((atom) => atom.axis === 1 && atom.stride === (stride /= atom.size))
    const time = view.axes[rank - 2]
    const whole = time.length === (shape[0] === 1 ? 0 : 1) && time.every((atom) => atom.axis === 0)
    const begins = view.offsets[0] === 0 && view.offsets[1] === k * third
    return view.layer === layer && ordered && stride === 1 && whole && begins
  })
}

/** 1/√depth to the last digit, where the file has it to seven. */
function tidyScale(scale: number, depth: number): number {
  const usual = 1 / Math.sqrt(depth)
  return Math.abs(scale / usual - 1) < 1e-6 ? usual : scale
}

export const ATTENTION: Readonly<Record<string, Operator>> = {
  Softmax: softmax,
  LogSoftmax: softmax,
  Where: where,
  IsNaN: isNoNumber,
}
