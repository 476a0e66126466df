/** Lines and areas cut where an axis ends. */

interface Place {
  readonly x: number
  readonly y: number
}
export interface Box {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/** The pieces of a line through the places that lie in the box, cut at its edges (Liang and Barsky). */
export function clippedLine(places: readonly Place[], box: Box): Place[][] {
  const pieces: Place[][] = []
  let open: Place[] = []
  const close = () => {
    if (open.length > 0) pieces.push(open)
    open = []
  }
  if (places.length === 1) return isIn(places[0], box) ? [[...places]] : []
  places.slice(1).forEach((to, index) => {
    const from = places[index]
    const part = segment(from, to, box)
    if (!part) return close()
    const [start, end] = part
    if (open.length === 0) open.push(at(from, to, start))
    open.push(at(from, to, end))
    if (end < 1) close()
  })
  close()
  return pieces
}

/** The part of an area that lies in the box; no places where there is none (Sutherland and Hodgman). */
export function clippedArea(corners: readonly Place[], { left, right, top, bottom }: Box): Place[] {
  const rooms: readonly ((place: Place) => number)[] = [
    ({ x }) => x - left,
    ({ x }) => right - x,
    ({ y }) => y - top,
    ({ y }) => bottom - y,
  ]
  return rooms.reduce<Place[]>(
    (area, room) =>
      area.flatMap((to, index) => {
        const from = area[(index + area.length - 1) % area.length]
        const [before, after] = [room(from), room(to)]
        const crossing = before < 0 !== after < 0 ? [at(from, to, before / (before - after))] : []
        return after < 0 ? crossing : [...crossing, to]
      }),
    [...corners],
  )
}

/** Whether a place lies in the box, its edges included. */
export function isIn({ x, y }: Place, { left, right, top, bottom }: Box): boolean {
  return x >= left - 1e-6 && x <= right + 1e-6 && y >= top - 1e-6 && y <= bottom + 1e-6
}

const at = (from: Place, to: Place, share: number): Place => ({
  x: from.x + share * (to.x - from.x),
  y: from.y + share * (to.y - from.y),
})

/** Shares of the way at which a segment enters and leaves the box; null where it never does. */
function segment(from: Place, to: Place, box: Box): [number, number] | null {
  let [start, end] = [0, 1]
  const [dx, dy] = [to.x - from.x, to.y - from.y]
  const edges: [number, number][] = [
    [-dx, from.x - box.left],
    [dx, box.right - from.x],
    [-dy, from.y - box.top],
    [dy, box.bottom - from.y],
  ]
  for (const [direction, room] of edges) {
    if (direction === 0) {
      if (room < 0) return null
      continue
    }
    const share = room / direction
    if (direction < 0) start = Math.max(start, share)
    else end = Math.min(end, share)
    if (start > end) return null
  }
  return [start, end]
}
