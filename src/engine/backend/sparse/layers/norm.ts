/** Batch norm: the moments of all threads' examples, hence a barrier forward and one back. */
import * as op from '../assembly/opcodes.ts'
import type { Image } from '../geometry.ts'
import { imageWords } from '../tape.ts'
import { followingNumber, rectifies } from './following.ts'
import type { LayerContext, SparseLayer } from './types.ts'

export const batchNorm: SparseLayer<'batch-norm'> = {
  forward(context, node) {
    const { tape, base, place, mode } = context
    const { name } = node
    const from = context.value(node.inputs[0])
    const to = context.value(name)
    const { channels, height, width } = to.geometry
    const words = [...imageWords(to, base), ...imageWords(from, base)]
    const affine = [context.parameter(`${name}.scale`), context.parameter(`${name}.shift`)]
    const running = [context.parameter(`${name}.running-mean`), context.parameter(`${name}.running-variance`)]
    const kind = followingNumber(context.model, name)
    if (mode === 'evaluate') {
      tape.record(
        op.SCALE_SHIFT,
        ...words,
        ...affine,
        ...running,
        tape.real(node.epsilon),
        channels,
        height,
        width * place,
        kind,
      )
      return
    }
    const moments = context.shared(name, 'moments')
    const stride = momentBytes(channels)
    const updates = mode === 'train' && context.thread === 0
    tape.record(
      op.MOMENTS,
      moments + context.thread * stride,
      ...imageWords(from, base),
      paddingMask(context),
      channels,
      height,
      width,
      place,
      examples(context) * height * width,
    )
    context.barrier()
    tape.record(
      op.NORMALISE,
      ...words,
      moments,
      stride,
      context.lanes,
      context.batch,
      context.memory(name, 'saved'),
      ...affine,
      ...(updates ? running : [0, 0]),
      tape.real(node.momentum),
      tape.real(node.epsilon),
      channels,
      height,
      width,
      place,
      kind,
    )
  },
  backward(context, node) {
    const gradient = context.gradient(node.name)
    if (!gradient) return
    const { tape, base, place } = context
    const { name } = node
    const image = context.value(node.inputs[0])
    const { height, width } = gradient.geometry
    const saved = context.memory(name, 'saved')
    const affine = [context.parameter(`${name}.scale`), context.parameter(`${name}.shift`)]
    const parts = [context.gradientPart(`${name}.scale`), context.gradientPart(`${name}.shift`)]
    const allParts = [context.gradientPart(`${name}.scale`, 0), context.gradientPart(`${name}.shift`, 0)]
    const rectify = rectifies(context.model, name) ? 1 : 0
    const target = context.target(node.inputs[0])
    for (const [first, count] of groupsOf(gradient)) {
      const from = (address: number): number => address + 4 * first
      const both = [gradient, image].flatMap((of) => imageWords(channelsFrom(of, first), base))
      tape.record(
        op.NORM_SUMS,
        ...parts.map(from),
        ...both,
        saved + 8 * first,
        ...affine.map(from),
        count,
        height,
        width * place,
        rectify,
      )
      if (!target) continue
      context.barrier()
      tape.record(
        op.NORM_GRADIENT,
        ...imageWords(channelsFrom(target.image, first), base),
        ...both,
        saved + 8 * first,
        ...affine.map(from),
        ...allParts.map(from),
        context.partStride,
        context.threads,
        context.batch * height * width,
        paddingMask(context),
        count,
        height,
        width,
        place,
        target.accumulate ? 1 : 0,
        rectify,
      )
    }
    context.release(name)
  },
}

/** Bytes of a thread's moments: two float64 a channel, a multiple of a cache line. */
export function momentBytes(channels: number): number {
  return Math.ceil(channels / 4) * 64
}

/** Examples of this thread in a training batch. */
function examples({ batch, lanes, thread }: LayerContext): number {
  return Math.max(0, Math.min(lanes, batch - thread * lanes))
}

/** The mask of this thread's lanes, or 0 where a training batch fills them all. */
function paddingMask(context: LayerContext): number {
  return examples(context) === context.lanes ? 0 : context.laneMask
}

/** What of two images is to stay in a core's second cache between the two passes of the gradient. */
const NEAR_BYTES = 1572864

/** Groups (first channel, channels) that both passes take in turn. */
function groupsOf({ geometry, plane }: Image): [number, number][] {
  const size = Math.max(1, Math.floor(NEAR_BYTES / (2 * plane)))
  return Array.from({ length: Math.ceil(geometry.channels / size) }, (_, group) => {
    const first = group * size
    return [first, Math.min(size, geometry.channels - first)]
  })
}

/** The image from a channel on. */
function channelsFrom(image: Image, first: number): Image {
  return { ...image, at: image.at + first * image.plane }
}
