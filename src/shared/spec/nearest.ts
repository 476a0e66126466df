/** The nearest known name to a misspelt one. */

/** Edits (insert, delete, replace, swap of neighbours) that turn `a` into `b`. */
export function editDistance(a: string, b: string): number {
  let before: number[] = []
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1] ? 0 : 1
      let cost = Math.min(previous[column] + 1, current[column - 1] + 1, previous[column - 1] + same)
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      if (swapped) cost = Math.min(cost, before[column - 2] + 1)
      current.push(cost)
    }
    before = previous
    previous = current
  }
  return previous[b.length]
}

/**
 * The known name that a typing error could have meant, or null: at most a third of the letters (at least two)
 * differ.
 */
export function nearestName(given: string, known: readonly string[]): string | null {
  const wanted = given.trim().toLowerCase()
  const limit = Math.max(2, Math.floor(wanted.length / 3))
  let best: string | null = null
  let least = limit + 1
  for (const name of known) {
    const distance = editDistance(wanted, name.toLowerCase())
    if (distance < least) {
      least = distance
      best = name
    }
  }
  return best
}

/** ` Did you mean “x”?` or nothing. */
export function suggestion(given: string, known: readonly string[]): string {
  const name = nearestName(given, known)
  return name === null ? '' : ` Did you mean “${name}”?`
}
