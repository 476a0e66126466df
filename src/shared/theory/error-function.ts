/**
 * erf to about 1e-16. Near 0 the series e^(−x²)·2/√π·Σ 2ⁿx^(2n+1)/(2n+1)!!, whose terms are all positive;
 * farther out the continued fraction of erfc (Abramowitz and Stegun 7.1.6 and 7.1.14), from the tail.
 */
export function errorFunction(x: number): number {
  const z = Math.abs(x)
  if (!(z < 6)) return z === z ? Math.sign(x) : x
  if (z < 2.5) {
    let term = x
    let total = x
    for (let n = 1; Math.abs(term) > Math.abs(total) * 1e-17; n++) {
      term *= (2 * x * x) / (2 * n + 1)
      total += term
    }
    return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * total
  }
  let fraction = z
  for (let n = 60; n > 0; n--) fraction = z + n / 2 / fraction
  return Math.sign(x) * (1 - Math.exp(-x * x) / (Math.sqrt(Math.PI) * fraction))
}
