/** Dense references by operations, against counts that are written out here. */
import { describe, expect, it } from 'vitest'
import { parseSpec } from '../../../src/shared/spec/parse.ts'
import { denseReference } from '../../../src/shared/studies/dense-reference.ts'

const sparsity = (density: number) => ({ distribution: 'erk' as const, density })

/** Dimensions of a kernel, and at how many places of the output it is applied. */
interface Kernel {
  readonly shape: readonly number[]
  readonly places: number
}
const product = (shape: readonly number[]): number => shape.reduce((all, each) => all * each, 1)
const addUp = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0)

/** Operations of a forward pass: two for every entry that is kept, at every place. */
const operations = (kernels: readonly Kernel[], kept = kernels.map(() => 1)): number =>
  addUp(kernels.map(({ shape, places }, k) => 2 * product(shape) * places * kept[k]))

/**
 * ERK's densities, written out (Evci et al. 2020): in proportion to the sum of a kernel's dimensions over
 * their product; what would have more than every entry is dense, and the rest is solved again.
 */
function erkDensities(kernels: readonly Kernel[], density: number): number[] {
  const entries = kernels.map(({ shape }) => product(shape))
  const raw = kernels.map(({ shape }) => addUp(shape) / product(shape))
  const whole = new Set<number>()
  for (;;) {
    const wanted = density * addUp(entries) - addUp([...whole].map((k) => entries[k]))
    const share = wanted / addUp(raw.map((each, k) => (whole.has(k) ? 0 : each * entries[k])))
    const over = raw.flatMap((each, k) => (!whole.has(k) && share * each > 1 ? [k] : []))
    if (over.length === 0) return raw.map((each, k) => (whole.has(k) ? 1 : share * each))
    for (const k of over) whole.add(k)
  }
}

/** An MLP of 30 hidden layers on MNIST. */
const perceptron = (width: number): Kernel[] => [
  { shape: [784, width], places: 1 },
  ...Array.from({ length: 29 }, () => ({ shape: [width, width], places: 1 })),
  { shape: [width, 10], places: 1 },
]

/** ResNet-20 on CIFAR-10, with projections, of the widths of its three stages. */
function residual([a, b, c]: readonly number[]): Kernel[] {
  const conv = (size: number, from: number, to: number, side: number): Kernel => ({
    shape: [size, size, from, to],
    places: side * side,
  })
  const stage = (from: number, to: number, side: number): Kernel[] => [
    conv(3, from, to, side),
    ...Array.from({ length: 5 }, () => conv(3, to, to, side)),
  ]
  return [
    conv(3, 3, a, 32),
    ...stage(a, a, 32),
    ...stage(a, b, 16),
    conv(1, a, b, 16),
    ...stage(b, c, 8),
    conv(1, b, c, 8),
    { shape: [c, 10], places: 1 },
  ]
}

describe('operations of dense references, by formula', () => {
  it('are those of the literature for ResNet-20: 40.55 million multiply-adds without projections', () => {
    const projections = 256 * 16 * 32 + 64 * 32 * 64
    expect(operations(residual([16, 32, 64])) / 2 - projections).toBe(40_551_040)
  })

  it.each([0.1, 0.3])('of an MLP at density %d are the nearest of all widths', (density) => {
    const spec = parseSpec({ model: { depth: 30, width: 128 }, sparsity: sparsity(density) })
    const { multiplier, reached, target } = denseReference(spec, 'operations-by-width')
    const sparse = operations(perceptron(128), erkDensities(perceptron(128), density))
    expect(target / sparse).toBeCloseTo(1, 3)
    expect(reached).toBe(operations(perceptron(Math.round(128 * multiplier))))
    const away = (count: number): number => Math.abs(count - target)
    const widths = Array.from({ length: 128 }, (_, k) => away(operations(perceptron(k + 1))))
    expect(away(reached)).toBe(Math.min(...widths))
  })

  it.each([0.1, 0.3])('of ResNet-20 at density %d count every place of a convolution', (density) => {
    const spec = parseSpec({
      model: { name: 'resnet', depth: 20 },
      data: { name: 'cifar-10' },
      sparsity: sparsity(density),
    })
    const { multiplier, reached, target } = denseReference(spec, 'operations-by-width')
    const whole = residual([16, 32, 64])
    expect(target / operations(whole, erkDensities(whole, density))).toBeCloseTo(1, 3)
    const at = (by: number): number =>
      operations(residual([16, 32, 64].map((width) => Math.max(1, Math.round(width * by)))))
    expect(reached).toBe(at(multiplier))
    // No other width is nearer.
    const away = (count: number): number => Math.abs(count - target)
    for (let by = 0.02; by < 1; by += 0.002) expect(away(reached)).toBeLessThanOrEqual(away(at(by)))
  })
})
