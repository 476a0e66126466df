/**
 * What density a number of random Givens rotations leads to, exactly.
 *
 * A row of an n × m matrix that starts as the identity is a unit vector on m coordinates. A rotation of two
 * columns chosen uniformly opens a new nonzero exactly when one of the two is in the row's support and the
 * other is not, so that the count of nonzeros is a pure-birth chain: k → k + 1 with probability 2k(m −
 * k)/(m(m − 1)), from k = 1. All rows have this law; the expected density of the matrix is E[k]/m.
 */

/** Probabilities below this are dropped from the chain's ends; what is lost is far below rounding. */
const NEGLIGIBLE = 1e-25

function checkColumns(m: number): void {
  if (!Number.isInteger(m) || m < 1)
    throw new RangeError(`theory: expected a whole number of columns from 1, got ${m}`)
}

/** The chain of one row, stepped in place. */
class RowChain {
  readonly m: number
  /** probability[k] of k nonzeros, k = 0 … m. */
  readonly probability: Float64Array
  /** Chance of k → k + 1. */
  readonly #birth: Float64Array
  #low = 1
  #high = 1

  constructor(m: number) {
    checkColumns(m)
    this.m = m
    this.probability = new Float64Array(m + 2)
    this.probability[1] = 1
    this.#birth = Float64Array.from({ length: m + 1 }, (_, k) =>
      m < 2 ? 0 : (2 * k * (m - k)) / (m * (m - 1)),
    )
  }

  /** One rotation; returns the expected number of nonzeros that it adds. */
  step(): number {
    const { m, probability } = this
    if (m < 2) return 0
    const chance = this.#birth
    const top = Math.min(this.#high, m - 1)
    // From above: each place is read before it is fed.
    let births = 0
    for (let k = top; k >= this.#low; k--) {
      const birth = probability[k] * chance[k]
      probability[k + 1] += birth
      probability[k] -= birth
      births += birth
    }
    if (this.#high < m && probability[this.#high + 1] > NEGLIGIBLE) this.#high++
    else if (this.#high < m) probability[this.#high + 1] = 0
    while (this.#low < this.#high && probability[this.#low] < NEGLIGIBLE) probability[this.#low++] = 0
    return births
  }

  /** E[m − k]: more exact than m − E[k] where nearly all is filled. */
  missing(): number {
    let sum = 0
    for (let k = this.#low; k <= this.#high; k++) sum += this.probability[k] * (this.m - k)
    return sum
  }

  moments(): { mean: number; deviation: number } {
    let mean = 0
    for (let k = this.#low; k <= this.#high; k++) mean += this.probability[k] * k
    let variance = 0
    for (let k = this.#low; k <= this.#high; k++) variance += this.probability[k] * (k - mean) ** 2
    return { mean, deviation: Math.sqrt(variance) }
  }
}

/**
 * The exact distribution of one row's nonzeros after `rotations`: entry k is the probability of k, for k = 0
 * … m.
 */
export function nonzerosAfter(rotations: number, m: number): Float64Array {
  const chain = new RowChain(m)
  for (let t = 0; t < rotations; t++) chain.step()
  return chain.probability.slice(0, m + 1)
}

export interface DensityPath {
  /** Expected density after 0, 1, … rotations. */
  readonly density: Float64Array
  /**
   * Standard deviation of ONE row's density there. Rows are dependent, so the matrix' own is not this over
   * √n.
   */
  readonly rowDeviation: Float64Array
}

/** Expected density after 0 … `rotations` rotations: rotations + 1 entries each. */
export function densityPath(rotations: number, m: number): DensityPath {
  const chain = new RowChain(m)
  const density = new Float64Array(rotations + 1)
  const rowDeviation = new Float64Array(rotations + 1)
  for (let t = 0; t <= rotations; t++) {
    const { mean, deviation } = chain.moments()
    density[t] = mean / m
    rowDeviation[t] = deviation / m
    chain.step()
  }
  return { density, rowDeviation }
}

/** Expected density after `rotations`. */
export function expectedDensity(rotations: number, m: number): number {
  const chain = new RowChain(m)
  for (let t = 0; t < rotations; t++) chain.step()
  return 1 - chain.missing() / m
}

/**
 * The smallest number of rotations whose expected density is at least `density`; 0 at or below 1/m. A density
 * of 1, which no expectation reaches, is taken as less than half an entry missing in an m × m matrix.
 */
export function rotationsFor(density: number, m: number): number {
  checkColumns(m)
  if (!(density <= 1)) throw new RangeError(`theory: expected a density of at most 1, got ${density}`)
  const missing = density === 1 ? 0.5 / m : (1 - density) * m
  // A relative tolerance, so that rounding of (1 − d)·m does not cost a rotation.
  const enough = missing * (1 + 1e-12)
  const chain = new RowChain(m)
  let rotations = 0
  // The running estimate is exact enough to skip the sum far from the end; near it, the sum decides.
  let estimate = chain.missing()
  while (estimate * 0.999 > enough || chain.missing() > enough) {
    estimate -= chain.step()
    rotations++
  }
  return rotations
}

/** H_k = 1 + 1/2 + … + 1/k, summed from the small end. */
function harmonic(k: number): number {
  let sum = 0
  for (let i = k; i >= 1; i--) sum += 1 / i
  return sum
}

/**
 * Expected number of rotations until ONE row has k nonzeros: (m − 1)/2 · (H_{k−1} + H_{m−1} − H_{m−k}). Not
 * the number until the whole matrix has density k/m, for which see rotationsFor.
 */
export function rotationsUntilRowHas(k: number, m: number): number {
  checkColumns(m)
  if (!Number.isInteger(k) || k < 1 || k > m)
    throw new RangeError(`theory: expected k from 1 to ${m}, got ${k}`)
  return ((m - 1) / 2) * (harmonic(k - 1) + harmonic(m - 1) - harmonic(m - k))
}
