/** Dense and convolution layers: products over the nonzeros. */
import { kernelName } from '../../../../shared/graph/parameters.ts'
import type { LayerNode } from '../../../../shared/graph/types.ts'
import { isEmpty, type Image } from '../model/geometry.ts'
import { needsFold } from '../model/kernel-plan.ts'
import { joinedRows, rowsOf } from './extent.ts'
import { isFull } from './full.ts'
import { countAt, sampledGradient, transposed } from './dense.ts'
import { layerHas } from '../model/layer-kinds.ts'
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
  const { channels, height, width, top, bottom, left, right } = geometry
  tape.write('WRAP', base, { image, channels, height, width, bytes: place, top, bottom, left, right })
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
      values: context.parameter(kernelName(node)),
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
  readonly values: number
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
  if (full)
    tape.write('FULL_PRODUCT', base, { ...given, weights: given.values, columns: nonzeros / given.rows })
  else if (packed) tape.write('PACKED_PRODUCT', base, given)
  else tape.write('PRODUCT', base, given)
}

/** Whether what follows sets tiny numbers to 0. */
function flushedLater({ model }: LayerContext, { name }: LinearNode): boolean {
  return (model.consumers.get(name) ?? []).every(
    (next) => (next.kind === 'activation' && next.activation !== 'linear') || layerHas(next.kind, 'flushes'),
  )
}

function flush({ tape, base, place }: LayerContext, image: Image): void {
  tape.write('ACTIVATE', base, { kind: 0, to: image, from: image, ...joinedRows(place, image) })
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
  if (node.bias) {
    const { channels: rows, ...rest } = rowsOf(gradient, place)
    tape.write('ROW_SUMS', base, {
      sums: context.gradientPart(`${node.name}.bias`),
      partial: context.partial,
      input: base + gradient.at,
      plane: gradient.plane,
      row: gradient.row,
      rows,
      ...rest,
    })
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
  tape.write('ACTIVATE', base, { kind: 0, to, from, ...joinedRows(place, to, from) })
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
  const sums = {
    partial: context.partial,
    gradient: base + gradient.at,
    gradRow: gradient.plane,
    gradY: gradient.row,
    gradX: place,
    input: base + input.at,
    inY: stepY,
    inX: stepX,
    rows,
    ...taken,
  }
  if (mode === 'denseGradients') {
    if (kernel.denseGradient === 0) return
    const { rowInputs, columnInputs: offsets } = kernel
    tape.write('DENSE_SAMPLED', base, {
      ...sums,
      gradients: context.denseScratch,
      rowInputs,
      offsets,
      columns,
    })
    context.barrier()
    const share = Math.ceil(rows / context.threads)
    const from = Math.min(context.thread * share, rows)
    tape.write('SUM_TRANSPOSED', base, {
      to: kernel.denseGradient,
      parts: context.denseScratch - context.thread * context.denseStride,
      stride: context.denseStride,
      threads: context.threads,
      rows,
      columns,
      from,
      until: Math.min(from + share, rows),
    })
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
    tape.write('FULL_GRADIENT', base, { ...sums, sums: to, offsets: kernel.offsets, columns, block })
    return
  }
  const { rowStarts, offsets } = kernel
  tape.write('SAMPLED', base, { ...sums, gradients: to, rowStarts, offsets, block })
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
  tape.write('GATHER', base, {
    to: values,
    values: context.parameter(kernelName(node)),
    order: kernel.backOrder,
    count: countAt(kernel),
  })
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
      values,
      bias: 0,
      rows: addresses.channels,
      ...taken,
      accumulate: accumulate && !folded ? 1 : 0,
      kind: 0,
      plane: gradient.plane,
      channels: shape.rows,
      // The gathered weights come first.
      scratch: values + 64 * Math.ceil(kernel.capacity / 16),
    })
  })
  if (!folded) return
  if (!accumulate) tape.write('CLEAR', base, { to: image, ...rowsOf(image, place) })
  const { channels, height, width } = image.geometry
  const { vertical, horizontal } = shape
  tape.write('FOLD', base, {
    to: image,
    from: to,
    channels,
    height,
    width,
    bytes: place,
    top: vertical.before,
    bottom: vertical.after,
    left: horizontal.before,
    right: horizontal.after,
  })
}

function foldImage(context: LayerContext, node: LinearNode, { geometry }: Image): Image {
  const { vertical, horizontal } = context.kernel(node.name).shape
  const row = (horizontal.before + geometry.width + horizontal.after) * context.place
  const plane = (vertical.before + geometry.height + vertical.after) * row
  return { geometry, at: context.memory(node.name, 'fold') - context.base, plane, row }
}
