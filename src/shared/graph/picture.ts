/**
 * Where everything of a network's picture lies: boxes from top to bottom, branches beside each other,
 * edges around.
 */
import type { LayerGraph } from './types.ts'
import { foldBoxes, pictureBoxes } from './picture-boxes.ts'
import type { PictureBox } from './picture-boxes.ts'

export interface PlacedBox extends PictureBox {
  readonly x: number
  readonly y: number
}

export interface PlacedEdge {
  readonly from: string
  readonly to: string
  /** An SVG path, downwards. */
  readonly path: string
}

/** Around a block that stands for several. */
export interface PlacedFrame {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly count: number
}

export interface ModelPicture {
  readonly width: number
  readonly height: number
  readonly boxes: readonly PlacedBox[]
  readonly edges: readonly PlacedEdge[]
  readonly frames: readonly PlacedFrame[]
}

/** Sizes in pixels. */
export const BOX = { width: 190, height: 38 } as const
const GAP = { x: 26, y: 22 } as const
const MARGIN = 18
const FRAME_PAD = 10
const LANE = 14
const ROUND = 8

interface Place {
  readonly column: number
  readonly row: number
}

/**
 * Row: one below the lowest input, never above the segment. Column: that of the first input, or the next
 * free one.
 */
function placeBoxes(segments: ReturnType<typeof foldBoxes>): {
  places: Map<string, Place>
  ends: number[][]
} {
  const places = new Map<string, Place>()
  const taken = new Set<string>()
  const ends: number[][] = []
  let top = 0
  for (const { boxes } of segments) {
    let bottom = top - 1
    for (const box of boxes) {
      const sources = box.inputs.flatMap((id) => places.get(id) ?? [])
      const row = Math.max(top, ...sources.map((place) => place.row + 1))
      let column = Math.min(...sources.map((place) => place.column), sources.length > 0 ? Infinity : 0)
      while (taken.has(`${column} ${row}`)) column++
      taken.add(`${column} ${row}`)
      places.set(box.id, { column, row })
      bottom = Math.max(bottom, row)
    }
    ends.push([top, bottom])
    top = bottom + 1
  }
  return { places, ends }
}

type Route = { readonly kind: 'early' | 'late' } | { readonly kind: 'lane'; readonly x: number }

/** Down: into the other column right below the start or right above the end, or out to a lane and back. */
function edgePath(from: PlacedBox, to: PlacedBox, route: Route): string {
  const x1 = from.x + BOX.width / 2
  const y1 = from.y + BOX.height
  const x2 = to.x + BOX.width / 2
  const y2 = to.y
  const bend = (start: number): string =>
    `C${x1} ${start + GAP.y / 2} ${x2} ${start + GAP.y / 2} ${x2} ${start + GAP.y}`
  if (route.kind === 'lane') {
    const out = y1 + GAP.y / 2 - 3
    const back = y2 - GAP.y / 2 + 1
    const { x } = route
    return [
      `M${x1} ${y1}V${out - ROUND / 2}Q${x1} ${out} ${x1 + ROUND} ${out}`,
      `H${x - ROUND}Q${x} ${out} ${x} ${out + ROUND}V${back - ROUND}Q${x} ${back} ${x - ROUND} ${back}`,
      `H${x2 + ROUND}Q${x2} ${back} ${x2} ${back + ROUND / 2}V${y2}`,
    ].join('')
  }
  if (x1 === x2) return `M${x1} ${y1}V${y2}`
  return route.kind === 'early'
    ? `M${x1} ${y1}${bend(y1)}V${y2}`
    : `M${x1} ${y1}V${y2 - GAP.y}${bend(y2 - GAP.y)}`
}

/** The picture of a network, in pixels; repeated blocks are folded, so that 1000 layers fit a page. */
export function pictureOf(graph: LayerGraph): ModelPicture {
  const segments = foldBoxes(pictureBoxes(graph))
  const { places, ends } = placeBoxes(segments)
  // Frames need room for their borders: a repeated block begins and ends a little farther from its
  // neighbours.
  const extra: number[] = []
  let shift = 0
  segments.forEach(({ count }, index) => {
    if (count > 1) shift += FRAME_PAD
    for (let row = ends[index][0]; row <= ends[index][1]; row++) extra[row] = shift
    if (count > 1) shift += FRAME_PAD
  })
  const boxes = segments
    .flatMap((segment) => segment.boxes)
    .map((box): PlacedBox => {
      const { column, row } = places.get(box.id) ?? { column: 0, row: 0 }
      return {
        ...box,
        x: MARGIN + FRAME_PAD + column * (BOX.width + GAP.x),
        y: MARGIN + row * (BOX.height + GAP.y) + (extra[row] ?? 0),
      }
    })
  const byId = new Map(boxes.map((box) => [box.id, box]))
  const edges = boxes.flatMap((to) =>
    to.inputs.flatMap((id) => {
      const from = byId.get(id)
      if (!from) return []
      const low = Math.min(from.x, to.x)
      const between = boxes.filter((box) => box.y > from.y && box.y < to.y && box.x + BOX.width > low)
      const free = (x: number): boolean => between.every((box) => box.x !== x)
      const lane = Math.max(from.x, to.x, ...between.map((box) => box.x)) + BOX.width + LANE
      const route: Route = free(to.x)
        ? { kind: 'early' }
        : free(from.x)
          ? { kind: 'late' }
          : { kind: 'lane', x: lane }
      return [{ from: id, to: to.id, path: edgePath(from, to, route) }]
    }),
  )
  const right = Math.max(0, ...boxes.map((box) => box.x)) + BOX.width
  const frames = segments.flatMap(({ count, boxes: own }): PlacedFrame[] => {
    if (count === 1) return []
    const placed = own.flatMap((box) => byId.get(box.id) ?? [])
    const y = Math.min(...placed.map((box) => box.y)) - FRAME_PAD
    const bottom = Math.max(...placed.map((box) => box.y)) + BOX.height + FRAME_PAD
    const x = MARGIN
    const width = Math.max(...placed.map((box) => box.x)) + BOX.width + FRAME_PAD + LANE - x
    return [{ x, y, width, height: bottom - y, count }]
  })
  const last = Math.max(0, ...boxes.map((box) => box.y)) + BOX.height
  return { width: right + 2 * MARGIN + 46, height: last + MARGIN, boxes, edges, frames }
}
