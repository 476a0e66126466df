/** Where the convolutions of a network stand: the map that each sees, and how it goes over it. */
import { inferShapes } from '../../shared/graph/shapes.ts'
import type { LayerGraph, Padding } from '../../shared/graph/types.ts'
import type { ConvolutionPlace } from './operator-report.ts'

/** A padding in words: `circular`, `same`, `valid`, `zeros 1`. */
function paddingText(padding: Padding): string {
  if (typeof padding === 'string') return padding
  return `zeros ${typeof padding === 'number' ? padding : padding.join(', ')}`
}

/**
 * The place of every convolution by the name of its kernel. The map is the layer's input, its sides rounded
 * up to multiples of the stride.
 */
export function convolutionPlaces(graph: LayerGraph): Map<string, ConvolutionPlace> {
  const shapes = inferShapes(graph)
  const places = new Map<string, ConvolutionPlace>()
  for (const node of graph.nodes) {
    if (node.kind !== 'conv' && node.kind !== 'depthwise-conv') continue
    const [height, width, channels] = shapes.get(node.inputs[0]) ?? []
    const rounded = (side: number): number => Math.ceil(side / node.stride) * node.stride
    places.set(`${node.name}.kernel`, {
      map: [rounded(height), rounded(width)],
      stride: node.stride,
      dilation: node.dilation ?? 1,
      groups: node.kind === 'conv' ? node.groups : channels,
      padding: paddingText(node.padding),
    })
  }
  return places
}
