/**
 * The boxes of a network's picture: each layer that computes, with the layers that only follow it (norms,
 * activations, dropout) written on it, and repeated blocks folded into one.
 */
import type { LayerGraph, LayerKind, LayerNode, Shape } from './types.ts'
import { inferShapes, shapeText } from './shapes.ts'

export interface PictureBox {
  /** Name of its first layer. */
  readonly id: string
  /** All layers on it. */
  readonly layers: readonly string[]
  readonly kind: LayerKind
  /** `conv 3 × 3, 16`. */
  readonly title: string
  /** `norm · relu`; empty when nothing follows. */
  readonly detail: string
  /** Shape of what it gives. */
  readonly shape: Shape
  readonly maskable: boolean
  /** Ids of the boxes that feed it. */
  readonly inputs: readonly string[]
}

/** Boxes that stand for `count` equal blocks after each other; count 1 is no repetition. */
export interface PictureSegment {
  readonly count: number
  readonly boxes: readonly PictureBox[]
}

/** Layers that are written on the box before them. */
const FOLLOWERS: ReadonlySet<LayerKind> = new Set([
  'batch-norm',
  'activation',
  'dropout',
  'stochastic-depth',
  'layer-scale',
])

/** Boxes longer than this are not looked for as a repeated block. */
const LONGEST_BLOCK = 16

const strideText = (stride: number): string => (stride > 1 ? `, stride ${stride}` : '')

function titleOf(node: LayerNode): string {
  switch (node.kind) {
    case 'conv':
      return `conv ${node.kernel.join(' × ')}, ${node.filters}${strideText(node.stride)}`
    case 'depthwise-conv':
      return `depthwise ${node.kernel.join(' × ')}${strideText(node.stride)}`
    case 'dense':
      return `dense, ${node.units}`
    case 'input':
      return 'input'
    case 'max-pool':
    case 'average-pool':
      return `${node.kind.replace('-', ' ')} ${node.size} × ${node.size}`
    case 'attention':
    case 'dot-product-attention':
      return `attention, ${node.heads} heads`
    case 'slice':
      return `slice ${node.begin} to ${node.begin + node.size - 1}`
    case 'global-average-pool':
      return 'mean over space'
    case 'activation':
      return node.activation
    case 'pad-shortcut':
      return `subsample, pad to ${node.channels}`
    default:
      return node.kind.replaceAll('-', ' ')
  }
}

function followerText(node: LayerNode): string {
  if (node.kind === 'activation') return node.activation
  if (node.kind === 'batch-norm') return 'norm'
  return node.kind.replaceAll('-', ' ')
}

/** One box a layer that is no follower, in the order of the graph. */
export function pictureBoxes(graph: LayerGraph): PictureBox[] {
  const shapes = inferShapes(graph)
  const readers = new Map<string, number>()
  for (const { inputs } of graph.nodes) {
    for (const name of inputs) readers.set(name, (readers.get(name) ?? 0) + 1)
  }
  const groups: LayerNode[][] = []
  /** Layer → group that it lies in. */
  const home = new Map<string, number>()
  for (const node of graph.nodes) {
    const before = home.get(node.inputs[0] ?? '')
    const last = before === undefined ? undefined : groups[before].at(-1)
    const joins =
      FOLLOWERS.has(node.kind) &&
      last?.name === node.inputs[0] &&
      readers.get(last.name) === 1 &&
      last.kind !== 'input'
    if (joins && before !== undefined) {
      groups[before].push(node)
      home.set(node.name, before)
    } else {
      home.set(node.name, groups.length)
      groups.push([node])
    }
  }
  return groups.map((nodes) => {
    const [first, ...rest] = nodes
    const sources = first.inputs.map((name) => groups[home.get(name) ?? 0][0].name)
    return {
      id: first.name,
      layers: nodes.map(({ name }) => name),
      kind: first.kind,
      title: titleOf(first),
      detail: rest.map(followerText).join(' · '),
      shape: shapes.get(nodes[nodes.length - 1].name) ?? [],
      maskable: 'maskable' in first && first.maskable,
      inputs: [...new Set(sources)],
    }
  })
}

/** What makes two boxes equal: what they are, and how far back their inputs lie. */
function signatures(boxes: readonly PictureBox[]): string[] {
  const at = new Map(boxes.map(({ id }, index) => [id, index]))
  return boxes.map((box, index) =>
    [box.title, box.detail, shapeText(box.shape), ...box.inputs.map((id) => index - (at.get(id) ?? 0))].join(
      '|',
    ),
  )
}

interface Repeat {
  readonly start: number
  readonly length: number
  readonly count: number
}

/**
 * Of all blocks that follow themselves the one that covers most boxes; of equals the shorter, then the
 * earlier.
 */
function longestRepeat(marks: readonly string[], from: number, to: number): Repeat | null {
  let best: Repeat = { start: from, length: 1, count: 1 }
  for (let length = 1; length <= Math.min(LONGEST_BLOCK, (to - from) >> 1); length++) {
    // How many boxes from here on equal the one a block later.
    let equal = 0
    for (let start = to - length - 1; start >= from; start--) {
      equal = marks[start] === marks[start + length] ? equal + 1 : 0
      const count = 1 + Math.floor(equal / length)
      const more = count * length - best.count * best.length
      if (count > 1 && (more > 0 || (more === 0 && best.length === length))) best = { start, length, count }
    }
  }
  return best.count > 1 ? best : null
}

/** All repeats of a range, from top to bottom. */
function repeatsIn(marks: readonly string[], from: number, to: number): Repeat[] {
  const best = longestRepeat(marks, from, to)
  if (best === null) return []
  const end = best.start + best.length * best.count
  return [...repeatsIn(marks, from, best.start), best, ...repeatsIn(marks, end, to)]
}

/** Folds blocks that follow themselves. Boxes after a folded block read from the one that is drawn. */
export function foldBoxes(boxes: readonly PictureBox[]): PictureSegment[] {
  const repeats = repeatsIn(signatures(boxes), 0, boxes.length)
  const stands = new Map<string, string>()
  const drawn = (box: PictureBox): PictureBox => ({
    ...box,
    inputs: [...new Set(box.inputs.map((id) => stands.get(id) ?? id))],
  })
  const segments: PictureSegment[] = []
  let at = 0
  for (const { start, length, count } of repeats) {
    if (start > at) segments.push({ count: 1, boxes: boxes.slice(at, start).map(drawn) })
    const block = boxes.slice(start, start + length)
    segments.push({ count, boxes: block.map(drawn) })
    for (let k = 0; k < length * count; k++) stands.set(boxes[start + k].id, block[k % length].id)
    at = start + length * count
  }
  if (at < boxes.length) segments.push({ count: 1, boxes: boxes.slice(at).map(drawn) })
  return segments
}
