/** Layers that take each number alone, and those that join or cut images. */
import type { LayerNode } from '../../../../shared/graph/types.ts'
import type { Image } from '../model/geometry.ts'
import type { PlacedImage } from '../instructions/types.ts'
import { activationNumber, KEEPS_INPUT, SLOPE_KEPT } from '../model/model.ts'
import { joinedRows, rowsOf } from './extent.ts'
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
      tape.write('GELU_AND_SLOPE', base, { to, kept: from, ...joinedRows(place, to, from) })
      return
    }
    tape.write('ACTIVATE', base, { kind: activationNumber(node), to, from, ...joinedRows(place, to, from) })
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
  tape.write('ACTIVATE_GRADIENT', base, {
    kind: keepsSlope(context.model, node) ? SLOPE_KEPT : activationNumber(node),
    to: image,
    gradient,
    kept,
    ...joinedRows(place, image, gradient, kept),
    accumulate: accumulate ? 1 : 0,
  })
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
      tape.write('PLACE_LANES', base, {
        to: image,
        pixels: resident.pixels,
        images: resident.images + mine,
        table: resident.table,
        count: context.count,
        height,
        width,
        channels,
        lanes,
        rows: resident.rows,
        columns: resident.columns,
        rowCrops: resident.rowCrops + mine,
        columnCrops: resident.columnCrops + mine,
        bases: context.laneAddresses,
        lines: context.laneAddresses + context.place,
      })
      return
    }
    const from = context.feed('x', channels * height * width * 4)
    tape.write('TO_LANES', base, { to: image, from, count: context.count, height, width, channels, lanes })
  },
  backward: () => undefined,
}

export const add: SparseLayer<'add'> = {
  forward(context, node) {
    const { tape, base, place } = context
    const to = context.value(node.name)
    const [a, b] = node.inputs.map((name) => context.value(name))
    const kind = followingNumber(context.model, node.name)
    tape.write('ADD', base, { to, a, b, ...rowsOf(to, place), kind })
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
  const to = target.image
  const extent = rowsOf(to, place)
  if (target.accumulate) tape.write('ADD', base, { to, a: to, b: from, ...extent, kind: 0 })
  else tape.write('COPY', base, { to, from, ...extent })
}

export const concat: SparseLayer<'concat'> = {
  forward(context, node) {
    const { tape, base, place } = context
    const to = context.value(node.name)
    let at = 0
    for (const name of node.inputs) {
      const from = context.value(name)
      const part = { ...to, at: to.at + at * to.plane }
      tape.write('COPY', base, { to: part, from, ...rowsOf(from, place) })
      at += from.geometry.channels
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
    if (context.mode === 'evaluate' || node.rate === 0) {
      tape.write('COPY', base, { to, from, ...rowsOf(to, place) })
      return
    }
    const one = { channels: 1, height: 1, width: 1 }
    const { channels, height, width } = node.kind === 'dropout' ? to.geometry : one
    tape.write('TO_LANES', base, {
      to: uniforms(context, node, width),
      from: context.feed(`uniform:${node.name}`, channels * height * width * 4),
      count: context.count,
      height,
      width,
      channels,
      lanes,
    })
    dropped(context, node, from, { image: to, accumulate: false })
  },
  backward(context, node) {
    const gradient = context.gradient(node.name)
    if (!gradient) return
    if (node.rate === 0) addTo(context, node.inputs[0], gradient)
    else {
      const target = context.target(node.inputs[0])
      if (target) dropped(context, node, gradient, target)
    }
    context.release(node.name)
  },
}

type DropNode = Extract<LayerNode, { kind: 'dropout' | 'stochastic-depth' }>

/** The image of uniform numbers; one place for all where a whole example is dropped. */
function uniforms(context: LayerContext, node: DropNode, width: number): PlacedImage {
  const at = context.memory(node.name, 'uniform') - context.base
  if (node.kind === 'stochastic-depth') return { at, plane: 0, row: 0 }
  const { height } = context.value(node.name).geometry
  return { at, plane: height * width * context.place, row: width * context.place }
}

function dropped(context: LayerContext, node: DropNode, from: Image, { image, accumulate }: Target): void {
  const { tape, base, place } = context
  const { channels, height, width } = image.geometry
  tape.write('DROP', base, {
    to: image,
    from,
    uniform: uniforms(context, node, width),
    step: node.kind === 'dropout' ? place : 0,
    channels,
    height,
    width,
    bytes: place,
    rate: node.rate,
    factor: 1 / (1 - node.rate),
    accumulate: accumulate ? 1 : 0,
  })
}
