/** The three divisors of a number that are nearest to another, ascending. */
export function nearestDivisors(number: number, to: number): number[] {
  return Array.from({ length: number }, (_, index) => index + 1)
    .filter((each) => number % each === 0)
    .sort((a, b) => Math.abs(a - to) - Math.abs(b - to))
    .slice(0, 3)
    .sort((a, b) => a - b)
}
