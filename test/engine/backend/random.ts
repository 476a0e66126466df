/**
 * Numbers in [0, 1) from a linear congruential generator (Numerical Recipes' constants): enough for test
 * data.
 */
export function randomStream(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}
