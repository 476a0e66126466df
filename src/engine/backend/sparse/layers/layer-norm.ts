/** Layer norm, and the learned factors of LayerScale: over or of the channels of every place. */
import type { SparseLayer } from './types.ts'

export const layerNorm: SparseLayer<'layer-norm'> = {
  // A mean and a 1/deviation of each place, and two sums of its gradient.
  memory: (_, { geometry: { height, width } }, place) => ({ saved: 4 * height * width * place }),
  forward(context, { name, inputs, epsilon }) {
    const { tape, base, place } = context
    const from = context.value(inputs[0])
    const { channels, height, width } = from.geometry
    tape.write('LAYER_NORM', base, {
      to: context.value(name),
      from,
      saved: context.memory(name, 'saved'),
      scale: context.parameter(`${name}.scale`),
      shift: context.parameter(`${name}.shift`),
      epsilon,
      channels,
      height,
      bytes: width * place,
    })
  },
  backward(context, { name, inputs }) {
    const gradient = context.gradient(name)
    if (!gradient) return
    const { tape, base, place } = context
    const image = context.value(inputs[0])
    const { channels, height, width } = image.geometry
    const saved = context.memory(name, 'saved')
    const extent = { channels, height, bytes: width * place }
    tape.write('LAYER_NORM_SUMS', base, {
      scaleSums: context.gradientPart(`${name}.scale`),
      shiftSums: context.gradientPart(`${name}.shift`),
      gradient,
      image,
      saved,
      ...extent,
    })
    const target = context.target(inputs[0])
    if (target) {
      tape.write('LAYER_NORM_GRADIENT', base, {
        to: target.image,
        gradient,
        image,
        saved,
        scale: context.parameter(`${name}.scale`),
        ...extent,
        accumulate: target.accumulate ? 1 : 0,
      })
    }
    context.release(name)
  },
}

export const layerScale: SparseLayer<'layer-scale'> = {
  forward(context, { name, inputs }) {
    const { tape, base, place } = context
    const from = context.value(inputs[0])
    const { channels, height, width } = from.geometry
    const factors = context.parameter(`${name}.layer-scale`)
    const extent = { channels, height, bytes: width * place }
    tape.write('SCALE_ROWS', base, { to: context.value(name), from, factors, ...extent, accumulate: 0 })
  },
  backward(context, { name, inputs }) {
    const gradient = context.gradient(name)
    if (!gradient) return
    const { tape, base, place } = context
    const { channels, height, width } = gradient.geometry
    const extent = { channels, height, bytes: width * place }
    const sums = context.gradientPart(`${name}.layer-scale`)
    tape.write('ROW_DOTS', base, { sums, a: gradient, b: context.value(inputs[0]), ...extent })
    const target = context.target(inputs[0])
    if (target) {
      tape.write('SCALE_ROWS', base, {
        to: target.image,
        from: gradient,
        factors: context.parameter(`${name}.layer-scale`),
        ...extent,
        accumulate: target.accumulate ? 1 : 0,
      })
    }
    context.release(name)
  },
}
