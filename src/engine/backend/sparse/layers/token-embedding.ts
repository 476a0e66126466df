/** Rows of a learned table that tokens name. */
import type { SparseLayer } from './types.ts'

type EmbeddingNode = Parameters<SparseLayer<'token-embedding'>['forward']>[1]

export const tokenEmbedding: SparseLayer<'token-embedding'> = {
  forward(context, { name, inputs, features }: EmbeddingNode) {
    const { tape, base, place } = context
    const tokens = context.value(inputs[0])
    tape.write('EMBED', base, {
      to: context.value(name),
      tokens,
      table: context.parameter(`${name}.table`),
      features,
      time: tokens.geometry.channels,
      bytes: place,
    })
  },
  backward(context, { name, inputs, vocabulary, features }: EmbeddingNode) {
    const gradient = context.gradient(name)
    if (!gradient) return
    const { tape, base, place, model } = context
    const tokens = context.value(inputs[0])
    const tied = model.graph.nodes.some((node) => node.kind === 'dense' && node.tied === name)
    tape.write('EMBED_GRADIENT', base, {
      sums: context.gradientPart(`${name}.table`),
      gradient,
      tokens,
      vocabulary,
      features,
      time: tokens.geometry.channels,
      bytes: place,
      // A tied layer comes later in the graph, and has its own gradient there already.
      accumulate: tied ? 1 : 0,
    })
    context.release(name)
  },
}
