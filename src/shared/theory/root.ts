/** Roots between two ends. */

/** So many steps in a row that do not halve the interval are followed by one that does. */
const PATIENCE = 4

/**
 * A root of `f` between two ends where its signs differ: by the secant between the ends, the value at an end
 * that stays put halved (the Illinois rule), and by halves where that goes slowly or a value is not finite.
 * Ends when the interval, or the last step, is within `tolerance` of the root itself.
 */
export function bracketedRoot(f: (x: number) => number, from: number, to: number, tolerance: number): number {
  let [near, far] = [from, to]
  let [atNear, atFar] = [f(near), f(far)]
  const sign = Math.sign(atNear)
  let last = NaN
  let kept: 'near' | 'far' | null = null
  let slow = 0
  for (let step = 0; step < 200 && Math.abs(far - near) > tolerance * Math.abs(near); step++) {
    const before = Math.abs(far - near)
    const secant = (near * atFar - far * atNear) / (atFar - atNear)
    const inside = Math.min(near, far) < secant && secant < Math.max(near, far)
    const takesSecant = inside && slow < PATIENCE
    const x = takesSecant ? secant : (near + far) / 2
    if (takesSecant && Math.abs(x - last) <= tolerance * Math.abs(x)) return x
    last = x
    const value = f(x)
    if (value === 0) return x
    if (Math.sign(value) === sign) {
      ;[near, atNear] = [x, value]
      if (kept === 'far') atFar /= 2
      kept = 'far'
    } else {
      ;[far, atFar] = [x, value]
      if (kept === 'near') atNear /= 2
      kept = 'near'
    }
    slow = Math.abs(far - near) > before / 2 ? slow + 1 : 0
  }
  return near
}
