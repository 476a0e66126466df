/** Products of two values: an image by a vector of its channels (squeeze-excitation), or two of one shape. */
import type { Image } from '../model/geometry.ts'
import type { LayerContext, SparseLayer, Target } from './types.ts'

/** An image of one place, read as one that has it everywhere. */
const everywhere = (image: Image): Image => ({ ...image, row: 0 })

function product(context: LayerContext, { image: to, accumulate }: Target, a: Image, b: Image): void {
  const { tape, base, place } = context
  const { channels, height, width } = to.geometry
  tape.write('MULTIPLY', base, {
    to,
    a,
    b,
    step: b.row === 0 ? 0 : place,
    channels,
    height,
    width,
    bytes: place,
    accumulate: accumulate ? 1 : 0,
  })
}

export const scaleChannels: SparseLayer<'scale-channels'> = {
  forward(context, { name, inputs: [image, factors] }) {
    const target = { image: context.value(name), accumulate: false }
    product(context, target, context.value(image), everywhere(context.value(factors)))
  },
  backward(context, { name, inputs: [image, factors] }) {
    const gradient = context.gradient(name)
    if (!gradient) return
    const { tape, base, place } = context
    const toFactors = context.target(factors)
    if (toFactors) {
      const { channels, height, width } = gradient.geometry
      tape.write('PLACE_SUMS', base, {
        to: toFactors.image,
        a: gradient,
        b: context.value(image),
        channels,
        height,
        width,
        bytes: place,
        accumulate: toFactors.accumulate ? 1 : 0,
      })
    }
    const toImage = context.target(image)
    if (toImage) product(context, toImage, gradient, everywhere(context.value(factors)))
    context.release(name)
  },
}

export const multiply: SparseLayer<'multiply'> = {
  forward(context, { name, inputs: [a, b] }) {
    product(context, { image: context.value(name), accumulate: false }, context.value(a), context.value(b))
  },
  backward(context, { name, inputs: [a, b] }) {
    const gradient = context.gradient(name)
    if (!gradient) return
    for (const [to, other] of [
      [a, b],
      [b, a],
    ]) {
      const target = context.target(to)
      if (target) product(context, target, gradient, context.value(other))
    }
    context.release(name)
  },
}
