/** Layers that only move numbers: reshape, slice, permute. */
import { sizeOf } from '../../../../shared/graph/shapes.ts'
import type { LayerNode, Shape } from '../../../../shared/graph/types.ts'
import type { Image } from '../model/geometry.ts'
import { clearedTarget } from './pool.ts'
import type { LayerContext, LayerImages, SparseLayer } from './types.ts'

type RearrangeNode = Extract<LayerNode, { kind: 'reshape' | 'slice' | 'permute' }>

/** Entry of the input that each entry of the output is, both in row-major order. */
function sources(node: RearrangeNode, shape: Shape): Int32Array {
  const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)))
  if (node.kind === 'reshape') return Int32Array.from({ length: sizeOf(shape) }, (_, entry) => entry)
  const axes = node.kind === 'permute' ? node.axes : shape.map((_, axis) => axis)
  const sides =
    node.kind === 'permute'
      ? axes.map((axis) => shape[axis])
      : shape.map((side, axis) => (axis === node.axis ? node.size : side))
  const first = node.kind === 'slice' ? node.begin * strides[node.axis] : 0
  return Int32Array.from({ length: sizeOf(sides) }, (_, entry) => {
    let [rest, at] = [entry, first]
    for (let side = sides.length - 1; side >= 0; side--) {
      at += (rest % sides[side]) * strides[axes[side]]
      rest = Math.floor(rest / sides[side])
    }
    return at
  })
}

/** Bytes from an image's first place to an entry in row-major order. */
function offsetOf({ geometry, plane, row }: Image, entry: number, place: number): number {
  const { channels, width } = geometry
  const channel = entry % channels
  const spot = (entry - channel) / channels
  const x = spot % width
  return channel * plane + ((spot - x) / width) * row + x * place
}

/** Runs (bytes into `to`, bytes into `from`, length) that the kernel moves, neighbours as one. */
function runsOf(moves: readonly (readonly [to: number, from: number])[], place: number): Int32Array {
  const runs: [number, number, number][] = []
  for (const [to, from] of moves.toSorted(([a], [b]) => a - b)) {
    const last = runs.at(-1)
    if (last && last[0] + last[2] === to && last[1] + last[2] === from) last[2] += place
    else runs.push([to, from, place])
  }
  return Int32Array.from(runs.flat())
}

function tables(node: RearrangeNode, { from, to, inputGradient, gradient, shape, place }: LayerImages) {
  const moved = sources(node, shape)
  const between = (output: Image, input: Image): [number, number][] =>
    Array.from(moved, (source, entry) => [offsetOf(output, entry, place), offsetOf(input, source, place)])
  const back = between(gradient, inputGradient).map(([output, input]) => [input, output] as const)
  return { forward: runsOf(between(to, from), place), backward: runsOf(back, place) }
}

function move(
  context: LayerContext,
  name: string,
  way: 'forward' | 'backward',
  to: Image,
  from: Image,
): void {
  const { at, size } = context.table(name, way)
  const [target, source] = [context.base + to.at, context.base + from.at]
  context.tape.write('MOVE', context.base, {
    to: target,
    from: source,
    runs: at,
    count: size / 3,
    accumulate: way === 'backward' ? 1 : 0,
  })
}

export const rearrange: SparseLayer<'reshape' | 'slice' | 'permute'> = {
  tables,
  forward(context, { name, inputs }) {
    move(context, name, 'forward', context.value(name), context.value(inputs[0]))
  },
  backward(context, { name, inputs }) {
    const gradient = context.gradient(name)
    if (!gradient) return
    const to = clearedTarget(context, inputs[0])
    if (to) move(context, name, 'backward', to, gradient)
    context.release(name)
  },
}
