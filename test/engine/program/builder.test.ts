import { describe, expect, test } from 'vitest'
import { referenceBackend } from '../../../src/engine/backend/reference/index.ts'
import { Builder } from '../../../src/engine/program/builder.ts'
import { gradients } from '../../../src/engine/compiler/gradient.ts'
import { add, multiply, one, scalar, sum } from '../../../src/engine/ops/support/make.ts'

describe('building a function', () => {
  test('equal subexpressions are one node, whatever the order of the attributes', () => {
    const builder = new Builder()
    const x = builder.feed('x', [2, 3])
    const first = one(builder, 'sum', [x], { axes: [0], keepDims: true })
    expect(one(builder, 'sum', [x], { keepDims: true, axes: [0] })).toBe(first)
    expect(one(builder, 'sum', [x], { keepDims: false, axes: [0] })).not.toBe(first)
    expect(builder.nodes.length).toBe(3)
  })

  test('an op that its shapes do not fit is refused by name, with the shapes', () => {
    const builder = new Builder()
    const x = builder.feed('x', [2, 3])
    expect(() => one(builder, 'matmul', [x, x])).toThrow(
      'matmul(float [2,3], float [2,3]): inner extents differ: 3',
    )
    expect(() => one(builder, 'add', [x, builder.feed('y', [4])])).toThrow('do not broadcast')
    expect(() => one(builder, 'multiply', [x, builder.feed('n', [], 'int')])).toThrow(
      'dtypes differ: float and int',
    )
    expect(() => one(builder, 'convolute', [x])).toThrow(/unknown op convolute; known are abs, add/)
    expect(() => one(new Builder(), 'tanh', [x])).toThrow('another builder')
    expect(() => builder.feed('x', [3])).toThrow('feed x was declared with another type')
  })

  test('nodes that nothing needs are dropped; feeds stay', () => {
    const builder = new Builder()
    const x = builder.feed('x', [2])
    builder.feed('unused', [1])
    one(builder, 'exp', [one(builder, 'tanh', [x])])
    const kept = one(builder, 'square', [x])
    const { nodes, feeds } = builder.finish('f', [{ name: 'y', value: kept }])
    expect(nodes.map((node) => node.op)).toEqual(['placeholder', 'placeholder', 'square'])
    expect(feeds.map((feed) => feed.name)).toEqual(['x', 'unused'])
  })
})

describe('differentiation', () => {
  async function evaluate(
    build: (builder: Builder) => ReturnType<typeof gradients>,
    x: number[],
  ): Promise<number[][]> {
    const builder = new Builder()
    const outputs = build(builder).map((value, i) => ({ name: `g${i}`, value: value ?? scalar(builder, 0) }))
    const executable = await referenceBackend.compile(
      { variables: [], functions: [builder.finish('f', outputs)] },
      { precision: 'float64' },
    )
    return Object.values(executable.run('f', { x: Float64Array.from(x) })).map((data) => [...data])
  }

  test('contributions of several uses add up, and cotangents weigh outputs', async () => {
    const [gradient] = await evaluate(
      (builder) => {
        const x = builder.feed('x', [2])
        const cube = multiply(builder, x, multiply(builder, x, x))
        const cotangent = one(builder, 'constant', [], { dtype: 'float', shape: [2], values: [2, 3] })
        return gradients(builder, [cube, x], [cotangent, cotangent], [x])
      },
      [2, -1],
    )
    expect(gradient).toEqual([2 * 12 + 2, 3 * 3 + 3])
  })

  test('four times over: x⁵ → 120 x', async () => {
    const [gradient] = await evaluate(
      (builder) => {
        const x = builder.feed('x', [])
        let value = multiply(
          builder,
          multiply(builder, one(builder, 'square', [x]), one(builder, 'square', [x])),
          x,
        )
        for (let order = 0; order < 4; order++) {
          value = gradients(builder, [value], [scalar(builder, 1)], [x])[0] ?? scalar(builder, Number.NaN)
        }
        return [value]
      },
      [1.5],
    )
    expect(gradient).toEqual([180])
  })

  test('null where nothing depends on the value, or only through a constant', () => {
    const builder = new Builder()
    const x = builder.feed('x', [2])
    const other = builder.feed('other', [2])
    const still = one(builder, 'stop-gradient', [x])
    expect(gradients(builder, [sum(builder, still)], [scalar(builder, 1)], [x, other])).toEqual([null, null])
  })

  test('a path through an op without a gradient is an error that names it', () => {
    const builder = new Builder()
    const x = builder.feed('x', [2])
    const rounded = one(builder, 'cast', [one(builder, 'cast', [x], { dtype: 'int' })], { dtype: 'float' })
    const cut = sum(builder, add(builder, x, one(builder, 'cast', [x], { dtype: 'float' })))
    expect(() => gradients(builder, [cut], [scalar(builder, 1)], [x])).toThrow('cast is not differentiable')
    // Through integers nothing can flow: that is a constant, not an error.
    expect(gradients(builder, [sum(builder, rounded)], [scalar(builder, 1)], [x])).toEqual([null])
  })

  test('a cotangent of the wrong shape is refused', () => {
    const builder = new Builder()
    const x = builder.feed('x', [2])
    expect(() => gradients(builder, [x], [scalar(builder, 1)], [x])).toThrow(
      'cotangent [] of placeholder [2]',
    )
  })
})
