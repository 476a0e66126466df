import { expect, test } from 'vitest'
import {
  densityPath,
  expectedDensity,
  nonzerosAfter,
  rotationsFor,
  rotationsUntilRowHas,
} from '../../../src/shared/theory/rotations.ts'
import { oracle } from '../../oracle.ts'

interface TheoryOracle {
  readonly sizes: readonly {
    readonly n: number
    readonly t: readonly number[]
    readonly expected_density: readonly number[]
    readonly row_density_std: readonly number[]
    readonly rotations_for_density: readonly {
      readonly density: number
      readonly smallest_t_with_expected_density_ge: number
      readonly row_nonzeros_m: number
      readonly expected_rotations_until_one_row_has_m: number
    }[]
  }[]
}

const { sizes } = oracle<TheoryOracle>('eoi_theory')

test.each(sizes)('theory of $n columns agrees with the oracle', (size) => {
  const path = densityPath(Math.max(...size.t), size.n)
  size.t.forEach((t, k) => {
    expect(path.density[t]).toBeCloseTo(size.expected_density[k], 9)
    expect(path.rowDeviation[t]).toBeCloseTo(size.row_density_std[k], 8)
    expect(expectedDensity(t, size.n)).toBeCloseTo(size.expected_density[k], 9)
  })
  for (const row of size.rotations_for_density) {
    expect(rotationsFor(row.density, size.n)).toBe(row.smallest_t_with_expected_density_ge)
    expect(rotationsUntilRowHas(row.row_nonzeros_m, size.n)).toBeCloseTo(
      row.expected_rotations_until_one_row_has_m,
      5,
    )
  }
})

test('the chain agrees with enumerating every sequence of pairs on four columns', () => {
  const pairs = [
    [0, 1],
    [0, 2],
    [0, 3],
    [1, 2],
    [1, 3],
    [2, 3],
  ]
  let supports = new Map<number, number>([[1, 1]])
  for (let t = 0; t < 5; t++) {
    const next = new Map<number, number>()
    for (const [support, chance] of supports) {
      for (const [i, j] of pairs) {
        const both = (1 << i) | (1 << j)
        const after = (support & both) === 0 ? support : support | both
        next.set(after, (next.get(after) ?? 0) + chance / pairs.length)
      }
    }
    supports = next
  }
  const counts = [0, 0, 0, 0, 0]
  for (const [support, chance] of supports) counts[support.toString(2).replaceAll('0', '').length] += chance
  nonzerosAfter(5, 4).forEach((chance, k) => expect(chance).toBeCloseTo(counts[k], 14))
})

test('4096 columns take less than a second of one core, up to full density', () => {
  const start = process.cpuUsage()
  const rotations = rotationsFor(1, 4096)
  expect(process.cpuUsage(start).user).toBeLessThan(1e6)
  expect(expectedDensity(rotations, 4096)).toBeGreaterThan(1 - 1 / 4096 ** 2)
  const distribution = nonzerosAfter(14_000, 4096)
  expect(distribution.reduce((sum, chance) => sum + chance, 0)).toBeCloseTo(1, 12)
})

test('what has no answer is refused', () => {
  expect(() => rotationsFor(1.2, 8)).toThrow('at most 1')
  expect(() => rotationsUntilRowHas(9, 8)).toThrow('from 1 to 8')
  expect(() => nonzerosAfter(1, 0)).toThrow('whole number of columns')
})
