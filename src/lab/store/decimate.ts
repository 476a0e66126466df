/** Curves drawn from summaries of short stretches: exact extremes and gaps, few points. */

export interface CurvePoint {
  readonly step: number
  readonly epoch: number
  /** NaN and ±Infinity are gaps. */
  readonly value: number
}

/** A stretch of a curve: its lowest and highest finite point, and its first that is not finite. */
export interface CurveNode {
  readonly low: CurvePoint | null
  readonly high: CurvePoint | null
  readonly gap: CurvePoint | null
}

export function nodeOfPoint(point: CurvePoint): CurveNode {
  return Number.isFinite(point.value)
    ? { low: point, high: point, gap: null }
    : { low: null, high: null, gap: point }
}

/** Two stretches, one after the other, as one; of equal extremes the earlier stays. */
export function mergeNodes(a: CurveNode, b: CurveNode): CurveNode {
  return {
    low: a.low && b.low ? (b.low.value < a.low.value ? b.low : a.low) : (a.low ?? b.low),
    high: a.high && b.high ? (b.high.value > a.high.value ? b.high : a.high) : (a.high ?? b.high),
    gap: a.gap ?? b.gap,
  }
}

/**
 * At most `most` points: the extremes and the gap of each of as many equal stretches as there is room for,
 * and the first and last point. All points where they fit.
 * @param nodes in order of their steps @param ends the points among which the first and the last are found
 */
export function decimate(
  nodes: readonly CurveNode[],
  ends: readonly CurvePoint[],
  most: number,
): CurvePoint[] {
  const bounds = ends.length === 0 ? [] : [ends[0], ends[ends.length - 1]]
  const whole = pointsOf(nodes, bounds)
  if (whole.length <= most) return whole
  // A stretch takes two points, and a third where it holds a gap.
  const gaps = nodes.filter(({ gap }) => gap !== null).length
  const room = Math.max(Math.floor((most - 2) / 3), Math.floor((most - 2 - gaps) / 2))
  const stretches = Math.max(1, Math.min(room, nodes.length))
  const start = (stretch: number) => Math.floor((stretch * nodes.length) / stretches)
  const merged = Array.from({ length: stretches }, (_, stretch) =>
    nodes.slice(start(stretch), start(stretch + 1)).reduce(mergeNodes),
  )
  return pointsOf(merged, bounds)
}

/** The points of the nodes and the bounds, by step, each once. */
function pointsOf(nodes: readonly CurveNode[], bounds: readonly CurvePoint[]): CurvePoint[] {
  const byStep = new Map<number, CurvePoint>()
  for (const { low, high, gap } of nodes)
    for (const point of [low, high, gap]) if (point) byStep.set(point.step, point)
  for (const point of bounds) byStep.set(point.step, point)
  return [...byStep.values()].sort((a, b) => a.step - b.step)
}
