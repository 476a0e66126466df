/** What sequences have of their own: a class token in front, learned positions, the choice of one token. */
import type { Image } from '../model/geometry.ts'
import { addTo } from './elementwise.ts'
import { rowsOf } from './extent.ts'
import { clearedTarget } from './pool.ts'
import type { LayerContext, SparseLayer } from './types.ts'

/** `count` tokens of a sequence, from one on. */
function tokens(image: Image, first: number, count: number, place: number): Image {
  return { ...image, at: image.at + first * place, geometry: { ...image.geometry, width: count } }
}

function copy({ tape, base, place }: LayerContext, to: Image, from: Image): void {
  tape.write('COPY', base, { to, from, ...rowsOf(from, place) })
}

export const classToken: SparseLayer<'class-token'> = {
  forward(context, { name, inputs }) {
    const { tape, base, place } = context
    const from = context.value(inputs[0])
    const to = context.value(name)
    const { channels, width } = from.geometry
    copy(context, tokens(to, 1, width, place), from)
    tape.write('FILL_PLACE', base, {
      to,
      values: context.parameter(`${name}.token`),
      channels,
      bytes: place,
    })
  },
  backward(context, { name, inputs }) {
    const gradient = context.gradient(name)
    if (!gradient) return
    const { tape, base, place } = context
    const { channels, width } = gradient.geometry
    tape.write('ROW_SUMS', base, {
      sums: context.gradientPart(`${name}.token`),
      partial: context.partial,
      input: base + gradient.at,
      plane: gradient.plane,
      row: gradient.row,
      rows: channels,
      height: 1,
      bytes: place,
    })
    addTo(context, inputs[0], tokens(gradient, 1, width - 1, place))
    context.release(name)
  },
}

export const positionEmbedding: SparseLayer<'position-embedding'> = {
  forward(context, { name, inputs }) {
    const { tape, base, place } = context
    const to = context.value(name)
    const { channels, width } = to.geometry
    tape.write('ADD_POSITIONS', base, {
      to,
      from: context.value(inputs[0]),
      values: context.parameter(`${name}.position`),
      channels,
      places: width,
      bytes: place,
    })
  },
  backward(context, { name, inputs }) {
    const gradient = context.gradient(name)
    if (!gradient) return
    const { tape, base, place } = context
    const { channels, width } = gradient.geometry
    const sums = context.gradientPart(`${name}.position`)
    tape.write('POSITION_SUMS', base, { sums, gradient, channels, places: width, bytes: place })
    if (!context.share(name, inputs[0])) addTo(context, inputs[0], gradient)
    context.release(name)
  },
}

export const selectToken: SparseLayer<'select-token'> = {
  forward(context, { name, inputs, index }) {
    copy(context, context.value(name), tokens(context.value(inputs[0]), index, 1, context.place))
  },
  backward(context, { name, inputs, index }) {
    const gradient = context.gradient(name)
    if (!gradient) return
    const to = clearedTarget(context, inputs[0])
    if (to) {
      const { tape, base, place } = context
      const token = tokens(to, index, 1, place)
      const { channels } = to.geometry
      tape.write('ADD', base, {
        to: token,
        a: token,
        b: gradient,
        channels,
        height: 1,
        bytes: place,
        kind: 0,
      })
    }
    context.release(name)
  },
}
