/**
 * Curves drawn from summaries of short stretches: exact extremes and gaps, few points. A stretch is nine
 * numbers in a flat array: step, epoch and value of its lowest finite point, of its highest, and of its first
 * that is not finite; a step of NaN stands for “there is none”.
 */

export interface CurvePoint {
  readonly step: number
  readonly epoch: number
  /** NaN and ±Infinity are gaps. */
  readonly value: number
}

export const NODE_NUMBERS = 9
const [LOW, HIGH, GAP] = [0, 3, 6]

/** Points as stretches of one each. */
export function nodesOfPoints(points: readonly CurvePoint[]): Float64Array {
  const nodes = new Float64Array(points.length * NODE_NUMBERS).fill(NaN)
  points.forEach(({ step, epoch, value }, index) => {
    const at = index * NODE_NUMBERS
    for (const place of Number.isFinite(value) ? [LOW, HIGH] : [GAP]) {
      nodes[at + place] = step
      nodes[at + place + 1] = epoch
      nodes[at + place + 2] = value
    }
  })
  return nodes
}

/** Stretches from … to (not included) merged into place `into` of `target`; of equal extremes the earlier. */
export function mergeNodes(
  nodes: Float64Array,
  from: number,
  to: number,
  target: Float64Array,
  into: number,
): void {
  let [low, high, gap] = [-1, -1, -1]
  for (let at = from * NODE_NUMBERS; at < to * NODE_NUMBERS; at += NODE_NUMBERS) {
    // An empty place has NaN for its step, which equals nothing, itself included.
    if (nodes[at] === nodes[at]) {
      if (low < 0 || nodes[at + 2] < nodes[low + 2]) low = at
      if (high < 0 || nodes[at + 5] > nodes[high + 2]) high = at + HIGH
    }
    if (gap < 0 && nodes[at + GAP] === nodes[at + GAP]) gap = at + GAP
  }
  const base = into * NODE_NUMBERS
  for (const [place, at] of [
    [LOW, low],
    [HIGH, high],
    [GAP, gap],
  ]) {
    for (let k = 0; k < 3; k++) target[base + place + k] = at < 0 ? NaN : nodes[at + k]
  }
}

/**
 * At most `most` points: the extremes and the gap of each of as many equal stretches as there is room for,
 * and the first and last point.
 * @param nodes in order of their steps @param ends the points among which the first and the last are found
 */
export function decimate(nodes: Float64Array, ends: readonly CurvePoint[], most: number): CurvePoint[] {
  const count = nodes.length / NODE_NUMBERS
  const bounds = ends.length === 0 ? [] : [ends[0], ends[ends.length - 1]]
  let gaps = 0
  for (let node = 0; node < count; node++) if (!Number.isNaN(nodes[node * NODE_NUMBERS + GAP])) gaps++
  // A stretch takes two points, and a third where it holds a gap.
  const room = Math.max(Math.floor((most - 2) / 3), Math.floor((most - 2 - gaps) / 2))
  const stretches = Math.max(1, Math.min(room, count))
  const merged = new Float64Array(stretches * NODE_NUMBERS)
  for (let stretch = 0; stretch < stretches; stretch++) {
    const start = Math.floor((stretch * count) / stretches)
    mergeNodes(nodes, start, Math.floor(((stretch + 1) * count) / stretches), merged, stretch)
  }
  return pointsOf(merged, bounds)
}

/** The points of the nodes and the bounds, by step, each once. */
function pointsOf(nodes: Float64Array, bounds: readonly CurvePoint[]): CurvePoint[] {
  const byStep = new Map<number, CurvePoint>()
  for (let at = 0; at < nodes.length; at += 3) {
    const [step, epoch, value] = [nodes[at], nodes[at + 1], nodes[at + 2]]
    if (!Number.isNaN(step)) byStep.set(step, { step, epoch, value })
  }
  for (const point of bounds) byStep.set(point.step, point)
  return [...byStep.values()].sort((a, b) => a.step - b.step)
}
