/** Batch norm and layer norm, the latter also where it is written out in means, squares and roots. */
import type { FloatArray } from '../constant.ts'
import type { Context } from '../context.ts'
import type { Moment, Value } from '../values.ts'
import { unable } from '../failure.ts'
import { fromEnd } from '../extents.ts'
import { extentsOf, withoutBatch } from '../view.ts'
import type { View } from '../view.ts'
import type { Operator } from './types.ts'

const batchNorm: Operator = (context) => {
  const view = context.view(0)
  const by = context.byFeatures(view, 1)
  const [scale, shift, mean, variance] = [1, 2, 3, 4].map((index) => {
    const tensor = context.constant(index)
    return tensor ? context.take(tensor).data : unable(`its input ${index + 1} is missing`)
  })
  const op = {
    kind: 'batch-norm',
    momentum: tidy(context.number('momentum', 0.9)),
    epsilon: tidy(context.number('epsilon', 1e-5)),
  } as const
  const values = { scale, shift, 'running-mean': mean, 'running-variance': variance }
  context.set({ ...by, layer: context.writer.add(context.name, op, [by.layer], values) })
}

/** A number that was rounded to float32, as it was written: 9.999999747378752e-6 is 1e-5. */
export const tidy = (value: number): number => {
  const short = Number(value.toPrecision(6))
  return Math.fround(short) === Math.fround(value) ? short : value
}

const layerNorm: Operator = (context) => {
  const view = context.view(0)
  const extents = extentsOf(view)
  const axis = fromEnd(context.number('axis', -1), extents.length)
  if (extents.slice(axis, -1).some((side) => side !== 1))
    unable(`it normalizes over [${extents.slice(axis)}]; layer norms of the bench are over the last axis`)
  const last = extents.length - 1
  const [scale, shift] = [1, 2].map((index) => {
    const tensor = context.constant(index)
    return tensor && context.take(tensor).data
  })
  context.set(normalized(context, view, last, tidy(context.number('epsilon', 1e-5)), scale, shift))
}

function normalized(
  context: Context,
  view: View,
  axis: number,
  epsilon: number,
  scale: FloatArray | null = null,
  shift: FloatArray | null = null,
): View {
  const by = context.byFeatures(view, axis)
  const size = extentsOf(view)[axis]
  const values = { scale: scale ?? new Float32Array(size).fill(1), shift: shift ?? new Float32Array(size) }
  const layer = context.writer.add(context.name, { kind: 'layer-norm', epsilon }, [by.layer], values)
  // A product or sum that follows is a layer of its own, where the norm has its scale or shift already.
  if (scale) context.all.amended.add(`${layer}.scale`)
  if (shift) context.all.amended.add(`${layer}.shift`)
  return { ...by, layer }
}

/** The means of a layer norm that is written out: of x and of (x − mean)². Whether the node was one. */
export function moment(context: Context, value: Value, axes: readonly number[], keep: boolean): boolean {
  if (value.kind === 'moment') {
    if (value.stage !== 'square' || axes.length !== 1 || axes[0] !== value.axis || !keep) return false
    context.set({ ...value, stage: 'variance' })
    return true
  }
  if ((value.kind !== 'view' && value.kind !== 'applied') || axes.length !== 1 || !keep) return false
  const view = value.kind === 'view' ? value : value.view
  const [axis] = axes
  const others = view.axes.some((atoms, k) => k !== axis && withoutBatch(atoms).length > 0)
  const features = view.axes[axis].every((atom) => atom.axis === view.shape.length - 1)
  // A mean over places leaves features; one over the features themselves begins a layer norm.
  const vector = !others && view.axes[axis].length > 0
  if (!features || (!others && !vector)) return false
  context.set({ kind: 'moment', stage: 'mean', of: context.force(value), axis, epsilon: 0 })
  return true
}

/** One elementwise step of a layer norm that is written out; null where the node is none. */
export function momentStep(context: Context, op: string, values: readonly (Value | null)[]): Value | null {
  const [a, b] = values
  const scalar = (value: Value | null | undefined): number | null =>
    value?.kind === 'constant' && value.data.length === 1 ? value.data[0] : null
  if (op === 'Sub' && b?.kind === 'moment' && b.stage === 'mean' && a && isSame(context, a, b))
    return { ...b, stage: 'centred' }
  const [first, second] = a?.kind === 'moment' ? [a, b] : b?.kind === 'moment' ? [b, a] : [null, null]
  if (first === null) return null
  const same = second === first || (second?.kind === 'moment' && second.of === first.of)
  switch (op) {
    case 'Pow':
      if (first.stage === 'centred' && scalar(second) === 2) return { ...first, stage: 'square' }
      if (first.stage === 'variance' && scalar(second) === 0.5) return { ...first, stage: 'deviation' }
      if (first.stage === 'variance' && scalar(second) === -0.5) return { ...first, stage: 'reciprocal' }
      return null
    case 'Add': {
      const epsilon = scalar(second)
      return first.stage === 'variance' && epsilon !== null ? { ...first, epsilon: tidy(epsilon) } : null
    }
    case 'Sqrt':
      return first.stage === 'variance' ? { ...first, stage: 'deviation' } : null
    case 'Reciprocal':
      return first.stage === 'deviation' ? { ...first, stage: 'reciprocal' } : null
    case 'Mul':
      if (first.stage === 'centred' && same && stageOf(second) === 'centred')
        return { ...first, stage: 'square' }
      return same && joins(first, second, 'centred', 'reciprocal') ? written(context, first, second) : null
    case 'Div':
      if (a?.kind === 'moment' && a.stage === 'centred' && same && stageOf(b) === 'deviation')
        return written(context, a, b)
      return scalar(a) === 1 && first.stage === 'deviation' ? { ...first, stage: 'reciprocal' } : null
    default:
      return null
  }
}

const stageOf = (value: Value | null | undefined): string | null =>
  value?.kind === 'moment' ? value.stage : null

function joins(a: Moment, b: Value | null, one: string, other: string): boolean {
  return (a.stage === one && stageOf(b) === other) || (a.stage === other && stageOf(b) === one)
}

function isSame(context: Context, value: Value, { of }: Moment): boolean {
  if (value.kind === 'view') return value === of || value.layer === of.layer
  return value.kind === 'applied' && context.force(value).layer === of.layer
}

function written(context: Context, first: Moment, second: Value | null): View {
  const epsilon = Math.max(first.epsilon, second?.kind === 'moment' ? second.epsilon : 0)
  return normalized(context, first.of, first.axis, epsilon)
}

export const NORMS: Readonly<Record<string, Operator>> = {
  BatchNormalization: batchNorm,
  LayerNormalization: layerNorm,
}
