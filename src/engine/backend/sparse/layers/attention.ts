/** Softmax attention without parameters, of three inputs or of one that holds query, key and value. */
import { attentionBytes, attentionKept } from '../instructions/scratch.ts'
import type { Image } from '../model/geometry.ts'
import type { LayerContext, SparseLayer } from './types.ts'

type AttentionNode = Parameters<SparseLayer<'dot-product-attention'>['forward']>[1]
type Parts = readonly [query: Image, key: Image, value: Image]

/** The parts of an image of 3·features channels. */
function split(image: Image): Parts {
  const channels = image.geometry.channels / 3
  const part = (index: number): Image => ({
    ...image,
    at: image.at + index * channels * image.plane,
    geometry: { ...image.geometry, channels },
  })
  return [part(0), part(1), part(2)]
}

function three(images: readonly Image[]): Parts {
  const [query, key, value] = images
  return images.length === 1 ? split(query) : [query, key, value]
}

function extent(context: LayerContext, { name, heads, scale, causal }: AttentionNode) {
  const { channels, width } = context.value(name).geometry
  return {
    saved: context.memory(name, 'saved'),
    scratch: context.partial,
    heads,
    depth: channels / heads,
    time: width,
    bytes: context.place,
    factor: scale,
    causal: causal ? 1 : 0,
  }
}

/** Images of the inputs' gradients, with zeros where nothing was in them: attention adds to all. */
function targets(context: LayerContext, inputs: readonly string[]): Parts | null {
  const { tape, base, place } = context
  const made = inputs.map((name) => context.target(name))
  const images = made.flatMap((target) => (target ? [target.image] : []))
  if (images.length < inputs.length) return null
  for (const target of made) {
    if (!target || target.accumulate) continue
    const { channels, height, width } = target.image.geometry
    tape.write('CLEAR', base, { to: target.image, channels, height, bytes: width * place })
  }
  return three(images)
}

export const attention: SparseLayer<'dot-product-attention'> = {
  memory: ({ heads }, { geometry: { width } }, place) => ({ saved: attentionKept(heads, width, place) }),
  scratch: ({ heads, inputs }, { geometry: { channels, width } }) =>
    attentionBytes(channels / heads / (inputs.length === 1 ? 3 : 1), width),
  forward(context, node) {
    const [query, key, value] = three(node.inputs.map((name) => context.value(name)))
    const { tape, base } = context
    const to = context.value(node.name)
    tape.write('ATTEND', base, { to, query, key, value, ...extent(context, node) })
  },
  backward(context, node) {
    const gradient = context.gradient(node.name)
    if (!gradient) return
    const to = targets(context, node.inputs)
    if (to) {
      const [query, key, value] = three(node.inputs.map((name) => context.value(name)))
      const [queryGradient, keyGradient, valueGradient] = to
      context.tape.write('ATTEND_GRADIENT', context.base, {
        queryGradient,
        keyGradient,
        valueGradient,
        gradient,
        query,
        key,
        value,
        ...extent(context, node),
      })
    }
    context.release(node.name)
  },
}
