/** Expectations over a standard normal variable, for functions that may have kinks. */

/** Nodes and weights of Gauss–Legendre quadrature on [−1, 1], by Newton's method on the polynomial. */
function gaussLegendre(count: number): { readonly nodes: Float64Array; readonly weights: Float64Array } {
  const nodes = new Float64Array(count)
  const weights = new Float64Array(count)
  for (let k = 0; k < count; k++) {
    let x = Math.cos((Math.PI * (k + 0.75)) / (count + 0.5))
    let slope = 1
    for (let step = 0; step < 100; step++) {
      let [last, value] = [1, x]
      for (let n = 2; n <= count; n++) [last, value] = [value, ((2 * n - 1) * x * value - (n - 1) * last) / n]
      slope = (count * (x * value - last)) / (x * x - 1)
      const change = value / slope
      x -= change
      if (Math.abs(change) < 1e-15) break
    }
    nodes[k] = x
    weights[k] = 2 / ((1 - x * x) * slope * slope)
  }
  return { nodes, weights }
}

const RULE = gaussLegendre(16)

/** |z| beyond which the normal density is below 1e-33. */
const REACH = 12.3
const PANEL = 0.5

/**
 * E f(z), z standard normal, to about 1e-13 for an f that between its `breaks` (kinks, jumps, and where it
 * begins to change slowly) is smooth. Gauss–Legendre by panels: Gauss–Hermite, which knows no kinks, would
 * leave 1e-2 to 1e-4 there.
 */
export function normalMean(f: (z: number) => number, breaks: readonly number[] = []): number {
  const ends = [-REACH, ...breaks.filter((z) => Math.abs(z) < REACH), REACH].sort((a, b) => a - b)
  let sum = 0
  for (let part = 1; part < ends.length; part++) {
    const [from, to] = [ends[part - 1], ends[part]]
    const panels = Math.max(1, Math.ceil((to - from) / PANEL))
    const half = (to - from) / panels / 2
    for (let panel = 0; panel < panels; panel++) {
      const middle = from + (2 * panel + 1) * half
      for (let k = 0; k < RULE.nodes.length; k++) {
        const z = middle + half * RULE.nodes[k]
        sum += half * RULE.weights[k] * f(z) * Math.exp((-z * z) / 2)
      }
    }
  }
  return sum / Math.sqrt(2 * Math.PI)
}

/**
 * E f(root·z) of an f that changes over about 1 around 0 and slowly far from it, with kinks at `kinks`:
 * panels that grow with the distance from 0, so that any root costs about the same.
 */
export function scaledNormalMean(f: (x: number) => number, root: number, kinks: readonly number[]): number {
  const breaks = [0, ...kinks.map((x) => x / root)]
  for (let x = 0.5; x < REACH * root; x *= 1.5) breaks.push(x / root, -x / root)
  return normalMean((z) => f(root * z), breaks)
}
