const PATH_POINTS = 400

/** Indices 0 … last, at most some hundreds of them, both ends among them. */
export function thinned(last: number): number[] {
  if (last < PATH_POINTS) return Array.from({ length: last + 1 }, (_, k) => k)
  return Array.from({ length: PATH_POINTS }, (_, k) => Math.round((k * last) / (PATH_POINTS - 1)))
}
