/** Batch norm: the moments of all threads' examples, hence a barrier forward and one back. */
import type { Image } from '../model/geometry.ts'
import { rowsOf } from './extent.ts'
import { followingNumber, rectifies } from './following.ts'
import type { LayerContext, SparseLayer } from './types.ts'

export const batchNorm: SparseLayer<'batch-norm'> = {
  forward(context, node) {
    const { tape, base, place, mode } = context
    const { name } = node
    const from = context.value(node.inputs[0])
    const to = context.value(name)
    const { channels, height, width } = to.geometry
    const places = { channels, height, width, bytes: place }
    const affine = { scale: context.parameter(`${name}.scale`), shift: context.parameter(`${name}.shift`) }
    const running = {
      runningMean: context.parameter(`${name}.running-mean`),
      runningVariance: context.parameter(`${name}.running-variance`),
    }
    const { epsilon, momentum } = node
    const kind = followingNumber(context.model, name)
    if (mode === 'evaluate') {
      const extent = rowsOf(to, place)
      tape.write('SCALE_SHIFT', base, { to, from, ...affine, ...running, epsilon, ...extent, kind })
      return
    }
    const moments = context.shared(name, 'moments')
    const stride = momentBytes(channels)
    const updates = mode === 'train' && context.thread === 0
    tape.write('MOMENTS', base, {
      to: moments + context.thread * stride,
      image: from,
      mask: paddingMask(context),
      ...places,
      count: examples(context) * height * width,
    })
    context.barrier()
    tape.write('NORMALISE', base, {
      to,
      from,
      parts: moments,
      stride,
      lanes: context.lanes,
      examples: context.batch,
      saved: context.memory(name, 'saved'),
      ...affine,
      ...(updates ? running : { runningMean: 0, runningVariance: 0 }),
      momentum,
      epsilon,
      ...places,
      kind,
    })
  },
  backward(context, node) {
    const gradient = context.gradient(node.name)
    if (!gradient) return
    const { tape, base, place } = context
    const { name } = node
    const image = context.value(node.inputs[0])
    const { height, width } = gradient.geometry
    const saved = context.memory(name, 'saved')
    const rectify = rectifies(context.model, name) ? 1 : 0
    const target = context.target(node.inputs[0])
    for (const [first, channels] of groupsOf(gradient)) {
      const part = (name: string, thread?: number) => context.gradientPart(name, thread) + 4 * first
      const read = {
        gradient: channelsFrom(gradient, first),
        image: channelsFrom(image, first),
        saved: saved + 8 * first,
        scale: context.parameter(`${name}.scale`) + 4 * first,
        shift: context.parameter(`${name}.shift`) + 4 * first,
        rectify,
      }
      tape.write('NORM_SUMS', base, {
        ...read,
        scaleGradient: part(`${name}.scale`),
        shiftGradient: part(`${name}.shift`),
        channels,
        height,
        bytes: width * place,
      })
      if (!target) continue
      context.barrier()
      tape.write('NORM_GRADIENT', base, {
        ...read,
        to: channelsFrom(target.image, first),
        scaleParts: part(`${name}.scale`, 0),
        shiftParts: part(`${name}.shift`, 0),
        stride: context.partStride,
        threads: context.threads,
        count: context.batch * height * width,
        mask: paddingMask(context),
        channels,
        height,
        width,
        bytes: place,
        accumulate: target.accumulate ? 1 : 0,
      })
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
