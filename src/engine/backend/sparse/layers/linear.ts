/** Dense and convolution layers: products over the nonzeros. */
import { kernelName } from '../../../../shared/graph/parameters.ts'
import type { LayerNode } from '../../../../shared/graph/types.ts'
import * as op from '../assembly/opcodes.ts'
import { isEmpty, type Image } from '../geometry.ts'
import { needsFold } from '../kernel-plan.ts'
import { imageWords } from '../tape.ts'
import { extentWords } from './extent.ts'
import { isFull } from './full.ts'
import { sampledGradient, transposed } from './dense.ts'
import { layerHas } from '../layer-kinds.ts'
import { followingNumber } from './following.ts'
import { isPacked } from './packed.ts'
import { blockOf, walk } from './walk.ts'
import type { LayerContext, LinkedKernel, SparseLayer, Target } from './types.ts'

type LinearNode = Extract<LayerNode, { kind: 'dense' | 'conv' | 'depthwise-conv' }>

export const linear: SparseLayer<'dense' | 'conv' | 'depthwise-conv'> = { forward, backward }

/** Fills a circular halo. */
export function wrapImage({ tape, base, place }: LayerContext, image: Image): void {
  const { geometry } = image
  if (!geometry.circular || isEmpty(geometry)) return
  tape.record(
    op.WRAP,
    ...imageWords(image, base),
    geometry.channels,
    geometry.height,
    geometry.width,
    place,
    geometry.top,
    geometry.bottom,
    geometry.left,
    geometry.right,
  )
}

function forward(context: LayerContext, node: LinearNode): void {
  const { base, place } = context
  const kernel = context.kernel(node.name)
  const input = context.value(node.inputs[0])
  const output = context.value(node.name)
  if (!kernel.shape.dense) wrapImage(context, input)
  const stepY = kernel.shape.vertical.stride * input.row
  const stepX = kernel.shape.horizontal.stride * place
  const steps = { x: stepX, y: stepY }
  const taken = walk(place, output.geometry, { x: place, y: output.row }, steps)
  const { channels } = kernel.addresses
  product(
    context,
    kernel.nonzeros,
    isFull(kernel),
    isPacked(kernel.shape, taken, channels, kernel.nonzeros),
    {
      out: base + output.at,
      rowOut: kernel.rowOut,
      outY: output.row,
      outX: place,
      input: base + input.at,
      inY: stepY,
      inX: stepX,
      rowStarts: kernel.rowStarts,
      offsets: kernel.offsets,
      weights: context.parameter(kernelName(node)),
      bias: node.bias ? context.parameter(`${node.name}.bias`) : 0,
      rows: kernel.shape.rows,
      ...taken,
      accumulate: 0,
      kind: followingNumber(context.model, node.name),
      plane: input.plane,
      channels,
      scratch: context.partial,
    },
  )
  if (!flushedLater(context, node)) flush(context, output)
}

interface Product {
  readonly out: number
  readonly rowOut: number
  readonly outY: number
  readonly outX: number
  readonly input: number
  readonly inY: number
  readonly inX: number
  readonly rowStarts: number
  readonly offsets: number
  readonly weights: number
  readonly bias: number
  readonly rows: number
  readonly height: number
  readonly width: number
  readonly bytes: number
  readonly accumulate: number
  readonly kind: number
  /** Of what is read: bytes a channel, and channels; and scratch for copies of them. */
  readonly plane: number
  readonly channels: number
  readonly scratch: number
}

/** A product over the nonzeros; of a full kernel, over all weights in rows of one length. */
function product(
  { tape, base }: LayerContext,
  nonzeros: number,
  full: boolean,
  packed: boolean,
  given: Product,
): void {
  const { rowStarts, plane, channels, scratch, ...rest } = given
  if (full) {
    tape.write('FULL_PRODUCT', base, { ...rest, columns: nonzeros / given.rows })
    return
  }
  const { out, rowOut, outY, outX, input, inY, inX, offsets, weights, bias, rows } = given
  if (packed) {
    const { bytes, accumulate, kind } = given
    const read = { input, plane, channels, rowStarts, offsets, values: weights, bias, rows }
    tape.write('PACKED_PRODUCT', base, { out, rowOut, ...read, bytes, accumulate, kind, scratch })
    return
  }
  tape.record(
    op.PRODUCT,
    ...[out, rowOut, outY, outX, input, inY, inX, rowStarts, offsets, weights, bias, rows],
    ...[given.height, given.width, given.bytes, given.accumulate, given.kind],
  )
}

/** Whether what follows sets tiny numbers to 0. */
function flushedLater({ model }: LayerContext, { name }: LinearNode): boolean {
  return (model.consumers.get(name) ?? []).every(
    (next) => (next.kind === 'activation' && next.activation !== 'linear') || layerHas(next.kind, 'flushes'),
  )
}

function flush({ tape, base, place }: LayerContext, image: Image): void {
  const words = imageWords(image, base)
  tape.record(op.ACTIVATE, 0, ...words, ...words, ...extentWords(place, image))
}

function backward(context: LayerContext, node: LinearNode): void {
  const { tape, base, place } = context
  let gradient = context.gradient(node.name)
  if (!gradient) return
  const kernel = context.kernel(node.name)
  const input = context.value(node.inputs[0])
  if (!flushedLater(context, node)) {
    if (context.owned(node.name)) flush(context, gradient)
    else gradient = copied(context, node.name, gradient)
  }
  wrapImage(context, gradient)
  const { channels, height, width } = gradient.geometry
  if (node.bias) {
    tape.record(
      op.ROW_SUMS,
      context.gradientPart(`${node.name}.bias`),
      context.partial,
      base + gradient.at,
      gradient.plane,
      gradient.row,
      channels,
      height,
      width * place,
    )
  }
  // A dense layer's input gradient first: it reads the input in order, which brings it near for the pairs.
  const target = context.target(node.inputs[0])
  if (!kernel.shape.dense) {
    kernelGradient(context, node, kernel, gradient, input)
    if (target) inputGradient(context, node, kernel, gradient, target)
  } else {
    if (target) transposed(context, node, kernel, gradient, target)
    kernelGradient(context, node, kernel, gradient, input)
  }
  context.release(node.name)
}

function copied(context: LayerContext, name: string, from: Image): Image {
  const { tape, base, place } = context
  const to = context.replaceGradient(name)
  const words = [...imageWords(to, base), ...imageWords(from, base)]
  tape.record(op.ACTIVATE, 0, ...words, ...extentWords(place, to, from))
  return to
}

function kernelGradient(
  context: LayerContext,
  node: LinearNode,
  kernel: LinkedKernel,
  gradient: Image,
  input: Image,
): void {
  const { tape, base, place, mode } = context
  const { rows, columns, vertical, horizontal } = kernel.shape
  const stepY = vertical.stride * input.row
  const stepX = horizontal.stride * place
  const taken = walk(place, gradient.geometry, { x: place, y: gradient.row }, { x: stepX, y: stepY })
  const { height, width, bytes } = taken
  if (mode === 'denseGradients') {
    if (kernel.denseGradient === 0) return
    tape.record(
      op.DENSE_SAMPLED,
      context.denseScratch,
      context.partial,
      base + gradient.at,
      gradient.plane,
      gradient.row,
      place,
      base + input.at,
      stepY,
      stepX,
      kernel.rowInputs,
      kernel.columnInputs,
      columns,
      rows,
      height,
      width,
      bytes,
    )
    context.barrier()
    const share = Math.ceil(rows / context.threads)
    const from = Math.min(context.thread * share, rows)
    tape.record(
      op.SUM_TRANSPOSED,
      kernel.denseGradient,
      context.denseScratch - context.thread * context.denseStride,
      context.denseStride,
      context.threads,
      rows,
      columns,
      from,
      Math.min(from + share, rows),
    )
    context.barrier()
    return
  }
  const to = context.gradientPart(kernelName(node))
  if (kernel.shape.dense) {
    sampledGradient(context, kernel, gradient, input, to)
    return
  }
  const block = blockOf(taken, kernel.addresses.channels, vertical.kernel)
  if (isFull(kernel)) {
    tape.write('FULL_GRADIENT', base, {
      sums: to,
      partial: context.partial,
      gradient: base + gradient.at,
      gradRow: gradient.plane,
      gradY: gradient.row,
      gradX: place,
      input: base + input.at,
      inY: stepY,
      inX: stepX,
      offsets: kernel.offsets,
      rows,
      columns,
      height,
      width,
      bytes,
      block,
    })
    return
  }
  tape.record(
    op.SAMPLED,
    to,
    context.partial,
    base + gradient.at,
    gradient.plane,
    gradient.row,
    place,
    base + input.at,
    stepY,
    stepX,
    kernel.rowStarts,
    kernel.offsets,
    rows,
    height,
    width,
    bytes,
    block,
  )
}

/** The transposed products of a convolution, one for each remainder of the stride. */
function inputGradient(
  context: LayerContext,
  node: LinearNode,
  kernel: LinkedKernel,
  gradient: Image,
  { image, accumulate }: Target,
): void {
  const { tape, base, place } = context
  const { shape, addresses, phases, backStarts } = kernel
  if (backStarts === null) throw new Error(`${node.name} has no transposed structure`)
  const folded = needsFold(shape)
  // What is made with its halo, to be folded, lies in memory of its own.
  const to = folded ? foldImage(context, node, image) : image
  const { stride } = shape.vertical
  const values = context.partial
  tape.record(op.GATHER, values, context.parameter(kernelName(node)), kernel.backOrder, kernel.nonzeros)
  phases.forEach((phase, index) => {
    if (phase.height === 0 || phase.width === 0 || (!phase.used && accumulate && !folded)) return
    const steps = { x: stride * place, y: stride * to.row }
    const taken = walk(place, phase, steps, { x: place, y: gradient.row })
    const packed = isPacked(shape, taken, shape.rows, kernel.nonzeros)
    product(context, kernel.nonzeros, isFull(kernel) && phases.length === 1, packed, {
      out: base + to.at + phase.y * to.row + phase.x * place,
      rowOut: folded ? context.shared(node.name, 'foldRows') : kernel.backRowOut,
      outY: stride * to.row,
      outX: stride * place,
      input: base + gradient.at + phase.fromY * gradient.row + phase.fromX * place,
      inY: gradient.row,
      inX: place,
      rowStarts: backStarts + 4 * index * (addresses.channels + 1),
      offsets: kernel.backOffsets,
      weights: values,
      bias: 0,
      rows: addresses.channels,
      ...taken,
      accumulate: accumulate && !folded ? 1 : 0,
      kind: 0,
      plane: gradient.plane,
      channels: shape.rows,
      // The gathered weights come first.
      scratch: values + 64 * Math.ceil(kernel.nonzeros / 16),
    })
  })
  if (!folded) return
  const { channels, height, width } = image.geometry
  if (!accumulate) tape.record(op.CLEAR, ...imageWords(image, base), channels, height, width * place)
  const { vertical, horizontal } = shape
  tape.record(
    op.FOLD,
    ...imageWords(image, base),
    ...imageWords(to, base),
    channels,
    height,
    width,
    place,
    vertical.before,
    vertical.after,
    horizontal.before,
    horizontal.after,
  )
}

function foldImage(context: LayerContext, node: LinearNode, { geometry }: Image): Image {
  const { vertical, horizontal } = context.kernel(node.name).shape
  const row = (horizontal.before + geometry.width + horizontal.after) * context.place
  const plane = (vertical.before + geometry.height + vertical.after) * row
  return { geometry, at: context.memory(node.name, 'fold') - context.base, plane, row }
}
