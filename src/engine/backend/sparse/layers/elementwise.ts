/** Layers that take each number alone, and those that join or cut images. */
import type { LayerNode } from '../../../../shared/graph/types.ts'
import * as op from '../assembly/opcodes.ts'
import type { Image } from '../geometry.ts'
import { activationNumber, KEEPS_INPUT, SLOPE_KEPT } from '../model.ts'
import { imageWords } from '../tape.ts'
import { extentWords } from './extent.ts'
import { doneBefore, following, followingNumber, keepsSlope, slopedBy, slopedByNorm } from './following.ts'
import type { LayerContext, SparseLayer, Target } from './types.ts'

type ActivationNode = Extract<LayerNode, { kind: 'activation' }>

export const activation: SparseLayer<'activation'> = {
  forward(context, node) {
    const { model, tape, base, place } = context
    if (node.activation === 'linear') return
    if (following(model, node.inputs[0]) === node && doneBefore(model, node)) return
    const to = context.value(node.name)
    const from = context.value(node.inputs[0])
    if (context.mode !== 'evaluate' && keepsSlope(model, node)) {
      const [channels, height, bytes] = extentWords(place, to, from)
      tape.write('GELU_AND_SLOPE', base, { to, kept: from, channels, height, bytes })
      return
    }
    tape.record(
      op.ACTIVATE,
      activationNumber(node),
      ...imageWords(to, base),
      ...imageWords(from, base),
      ...extentWords(place, to, from),
    )
  },
  backward(context, node) {
    const gradient = context.gradient(node.name)
    if (!gradient || node.activation === 'linear') return
    const { model } = context
    const [next] = model.consumers.get(node.name) ?? []
    if (slopedByNorm(model, node) || (next && slopedBy(model, next) === node)) return
    const shared = model.values.get(node.name) === model.values.get(node.inputs[0])
    if (shared) {
      const to = context.owned(node.name) ? gradient : context.replaceGradient(node.name)
      slopes(context, node, gradient, { image: to, accumulate: false })
      return
    }
    const target = context.target(node.inputs[0])
    if (target) slopes(context, node, gradient, target)
    context.release(node.name)
  },
}

function slopes(
  context: LayerContext,
  node: ActivationNode,
  gradient: Image,
  { image, accumulate }: Target,
): void {
  const { tape, base, place } = context
  const kept = context.value(KEEPS_INPUT.has(node.activation) ? node.inputs[0] : node.name)
  tape.record(
    op.ACTIVATE_GRADIENT,
    keepsSlope(context.model, node) ? SLOPE_KEPT : activationNumber(node),
    ...imageWords(image, base),
    ...imageWords(gradient, base),
    ...imageWords(kept, base),
    ...extentWords(place, image, gradient, kept),
    accumulate ? 1 : 0,
  )
}

/** Same memory in another order. */
export const flatten: SparseLayer<'flatten'> = { forward: () => undefined, backward: () => undefined }

export const input: SparseLayer<'input'> = {
  forward(context, node) {
    const { tape, base, lanes, resident } = context
    const image = context.value(node.name)
    const { channels, height, width } = image.geometry
    if (resident) {
      const mine = 4 * lanes * context.thread
      tape.record(
        op.PLACE_LANES,
        ...imageWords(image, base),
        resident.pixels,
        resident.images + mine,
        resident.table,
        context.count,
        height,
        width,
        channels,
        lanes,
        resident.rows,
        resident.columns,
        resident.rowCrops + mine,
        resident.columnCrops + mine,
        context.laneAddresses,
        context.laneAddresses + context.place,
      )
      return
    }
    tape.record(
      op.TO_LANES,
      ...imageWords(image, base),
      context.feed('x', channels * height * width * 4),
      context.count,
      height,
      width,
      channels,
      lanes,
    )
  },
  backward: () => undefined,
}

export const add: SparseLayer<'add'> = {
  forward(context, node) {
    const { tape, base, place } = context
    const to = context.value(node.name)
    const { channels, height, width } = to.geometry
    const words = node.inputs.flatMap((name) => imageWords(context.value(name), base))
    const kind = followingNumber(context.model, node.name)
    tape.record(op.ADD, ...imageWords(to, base), ...words, channels, height, width * place, kind)
  },
  backward(context, node) {
    const gradient = context.gradient(node.name)
    if (!gradient) return
    for (const name of node.inputs) if (!context.share(node.name, name)) addTo(context, name, gradient)
    context.release(node.name)
  },
}

/** Adds an image to the gradient of a node, or makes it that gradient. */
export function addTo(context: LayerContext, name: string, from: Image): void {
  const { tape, base, place } = context
  const target = context.target(name)
  if (!target) return
  const { channels, height, width } = target.image.geometry
  const to = imageWords(target.image, base)
  const source = imageWords(from, base)
  if (target.accumulate) tape.record(op.ADD, ...to, ...to, ...source, channels, height, width * place, 0)
  else tape.record(op.COPY, ...to, ...source, channels, height, width * place)
}

export const concat: SparseLayer<'concat'> = {
  forward(context, node) {
    const { tape, base, place } = context
    const to = context.value(node.name)
    let at = 0
    for (const name of node.inputs) {
      const from = context.value(name)
      const { channels, height, width } = from.geometry
      const part = { ...to, at: to.at + at * to.plane }
      tape.record(
        op.COPY,
        ...imageWords(part, base),
        ...imageWords(from, base),
        channels,
        height,
        width * place,
      )
      at += channels
    }
  },
  backward(context, node) {
    const gradient = context.gradient(node.name)
    if (!gradient) return
    let at = 0
    for (const name of node.inputs) {
      addTo(context, name, { ...gradient, at: gradient.at + at * gradient.plane })
      at += context.value(name).geometry.channels
    }
    context.release(node.name)
  },
}

/** Dropout of single numbers, and of whole branches of an example. */
export const dropout: SparseLayer<'dropout' | 'stochastic-depth'> = {
  forward(context, node) {
    const { tape, base, lanes, place } = context
    const from = context.value(node.inputs[0])
    const to = context.value(node.name)
    const { channels, height, width } = to.geometry
    if (context.mode === 'evaluate' || node.rate === 0) {
      tape.record(
        op.COPY,
        ...imageWords(to, base),
        ...imageWords(from, base),
        channels,
        height,
        width * place,
      )
      return
    }
    const [c, h, w] = node.kind === 'dropout' ? [channels, height, width] : [1, 1, 1]
    const uniform = uniforms(context, node, w)
    tape.record(
      op.TO_LANES,
      ...uniform,
      context.feed(`uniform:${node.name}`, c * h * w * 4),
      context.count,
      h,
      w,
      c,
      lanes,
    )
    dropped(context, node, imageWords(from, base), { image: to, accumulate: false })
  },
  backward(context, node) {
    const gradient = context.gradient(node.name)
    if (!gradient) return
    if (node.rate === 0) addTo(context, node.inputs[0], gradient)
    else {
      const target = context.target(node.inputs[0])
      if (target) dropped(context, node, imageWords(gradient, context.base), target)
    }
    context.release(node.name)
  },
}

type DropNode = Extract<LayerNode, { kind: 'dropout' | 'stochastic-depth' }>

/** The image of uniform numbers; one place for all where a whole example is dropped. */
function uniforms(context: LayerContext, node: DropNode, width: number): [number, number, number] {
  const at = context.memory(node.name, 'uniform')
  if (node.kind === 'stochastic-depth') return [at, 0, 0]
  const { height } = context.value(node.name).geometry
  return [at, height * width * context.place, width * context.place]
}

function dropped(
  context: LayerContext,
  node: DropNode,
  from: readonly number[],
  { image, accumulate }: Target,
): void {
  const { tape, base, place } = context
  const { channels, height, width } = image.geometry
  tape.record(
    op.DROP,
    ...imageWords(image, base),
    ...from,
    ...uniforms(context, node, width),
    node.kind === 'dropout' ? place : 0,
    channels,
    height,
    width,
    place,
    tape.real(node.rate),
    tape.real(1 / (1 - node.rate)),
    accumulate ? 1 : 0,
  )
}
