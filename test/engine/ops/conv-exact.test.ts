/** Small cases of the image ops that are known by hand, and what they refuse. */
import { expect, test } from 'vitest'
import { referenceBackend } from '../../../src/engine/backend/reference/index.ts'
import { Builder } from '../../../src/engine/program/builder.ts'
import type { Attributes } from '../../../src/engine/ops/ir.ts'

/** Applies an op to inputs given as [shape, data]. */
async function apply(
  op: string,
  inputs: readonly (readonly [shape: readonly number[], data: readonly number[]])[],
  attributes: Attributes,
): Promise<number[]> {
  const builder = new Builder()
  const values = inputs.map(([shape], i) => builder.feed(`x${i}`, shape))
  const [value] = builder.add(op, values, attributes)
  const program = { variables: [], functions: [builder.finish('f', [{ name: 'y', value }])] }
  const executable = await referenceBackend.compile(program, { precision: 'float64' })
  const feeds = Object.fromEntries(inputs.map(([, data], i) => [`x${i}`, Float64Array.from(data)]))
  return [...executable.run('f', feeds).y]
}

test('padding same with stride 2 pads an even image after it only, padding 1 on both sides', async () => {
  const image = [
    [1, 1, 4, 1],
    [1, 2, 3, 4],
  ] as const
  const ones = [
    [1, 3, 1, 1],
    [1, 1, 1],
  ] as const
  const given = (padding: string | number) => apply('conv2d', [image, ones], { stride: 2, padding })
  expect(await given('same')).toEqual([6, 7])
  expect(await given('valid')).toEqual([6])
  const squared = [
    [3, 3, 1, 1],
    [0, 0, 0, 1, 1, 1, 0, 0, 0],
  ] as const
  expect(await apply('conv2d', [image, squared], { stride: 2, padding: 1 })).toEqual([3, 9])
})

test('average pooling counts zeros of a number, not the outside of same', async () => {
  const image = [
    [1, 2, 2, 1],
    [1, 2, 3, 4],
  ] as const
  expect(await apply('average-pool', [image], { size: 2, stride: 2, padding: 1 })).toEqual([
    0.25, 0.5, 0.75, 1,
  ])
  expect(await apply('average-pool', [image], { size: 2, stride: 1, padding: 'same' })).toEqual([
    2.5, 3, 3.5, 4,
  ])
})

test('max pooling: the first of equals takes the gradient, the outside never wins, NaN stays', async () => {
  const window = { size: 2, stride: 2, padding: 'valid' }
  const one = [1, 1, 1, 1]
  const image = [1, 2, 2, 1]
  const flow = await apply(
    'max-pool-gradient',
    [
      [image, [1, 5, 5, 5]],
      [one, [5]],
      [one, [3]],
    ],
    window,
  )
  expect(flow).toEqual([0, 3, 0, 0])
  const negative = await apply('max-pool', [[image, [-1, -2, -3, -4]]], {
    size: 2,
    stride: 2,
    padding: 1,
  })
  expect(negative).toEqual([-1, -2, -3, -4])
  for (const place of [0, 1, 3]) {
    const entries = [1, 2, 3, 4].with(place, Number.NaN)
    expect(await apply('max-pool', [[image, entries]], window)).toEqual([Number.NaN])
  }
})

test('circular padding wraps both axes, and its adjoint sums what was copied', async () => {
  const padded = await apply(
    'circular-pad',
    [
      [
        [1, 2, 2, 1],
        [1, 2, 3, 4],
      ],
    ],
    { rows: 0, columns: 1 },
  )
  expect(padded).toEqual([2, 1, 2, 1, 4, 3, 4, 3])
  const whole = [[1, 4, 4, 1], Array.from({ length: 16 }, () => 1)] as const
  expect(await apply('circular-pad-gradient', [whole], { rows: 1, columns: 1 })).toEqual([4, 4, 4, 4])
})

const IMAGE = [1, 4, 4, 6]

test.each<[op: string, shapes: number[][], attributes: Attributes, message: RegExp]>([
  ['conv2d', [IMAGE, [3, 3, 5, 2]], {}, /\[3,3,5,2\] does not fit \[1,4,4,6\] in 1 groups/],
  ['conv2d', [IMAGE, [3, 3, 3, 3]], { groups: 2 }, /in 2 groups/],
  ['conv2d', [IMAGE, [5, 5, 6, 2]], { padding: 'valid' }, /5 × 5 window does not fit/],
  ['conv2d', [IMAGE, [3, 3, 6, 2]], { padding: 'circular' }, /expected same, valid, a whole number or four/],
  ['conv2d', [IMAGE, [3, 3, 6, 2]], { stride: 0 }, /stride: expected 1, 2/],
  ['depthwise-conv2d', [IMAGE, [3, 3, 6, 2]], {}, /expected \[kh, kw, channels, 1\]/],
  ['circular-pad', [IMAGE], { rows: 5, columns: 1 }, /expected 0 to 4/],
  ['max-pool', [IMAGE], { size: 2, stride: 2, padding: 2 }, /at most half/],
  ['batch-norm', [IMAGE, [5], [6]], { epsilon: 1e-5 }, /scale: expected \[6\], got \[5\]/],
])('%s refuses %j with %j', (op, shapes, attributes, message) => {
  const builder = new Builder()
  const values = shapes.map((shape, i) => builder.feed(`x${i}`, shape))
  expect(() => builder.add(op, values, attributes)).toThrow(message)
})
