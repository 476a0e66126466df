/** Numbers as schedulers write them: 0-4,7. */
export function numberRanges(numbers: readonly number[]): string {
  const sorted = [...new Set(numbers)].toSorted((a, b) => a - b)
  const parts: string[] = []
  for (let first = 0; first < sorted.length;) {
    let last = first
    while (sorted[last + 1] === sorted[last] + 1) last++
    parts.push(first === last ? String(sorted[first]) : `${sorted[first]}-${sorted[last]}`)
    first = last + 1
  }
  return parts.join(',')
}
