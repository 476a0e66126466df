/** Selection of the largest entries of an array, ties by index. */

/** The `rank`-th smallest entry (from 0), by quickselect; reorders the array. Entries must not be NaN. */
export function selectInPlace(values: Float64Array, rank: number): number {
  let low = 0
  let high = values.length - 1
  while (low < high) {
    // Median of three guards against sorted inputs.
    const a = values[low]
    const b = values[(low + high) >>> 1]
    const c = values[high]
    const pivot = Math.max(Math.min(a, b), Math.min(Math.max(a, b), c))
    let i = low
    let j = high
    while (i <= j) {
      while (values[i] < pivot) i++
      while (values[j] > pivot) j--
      if (i <= j) {
        const swap = values[i]
        values[i] = values[j]
        values[j] = swap
        i++
        j--
      }
    }
    if (rank <= j) high = j
    else if (rank >= i) low = i
    else return values[rank]
  }
  return values[rank]
}

/** A mask with ones at the `count` largest scores; of equal ones, the lower index counts as larger. */
export function largest(scores: Float64Array, count: number): Uint8Array {
  const mask = new Uint8Array(scores.length)
  if (count <= 0) return mask
  if (count >= scores.length) return mask.fill(1)
  const threshold = selectInPlace(scores.slice(), scores.length - count)
  let above = 0
  for (let k = 0; k < scores.length; k++) {
    if (scores[k] > threshold) {
      mask[k] = 1
      above++
    }
  }
  for (let k = 0; above < count; k++) {
    if (scores[k] === threshold) {
      mask[k] = 1
      above++
    }
  }
  return mask
}
