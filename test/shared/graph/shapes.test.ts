import { describe, expect, it } from 'vitest'
import { outputShape, paddingAmounts, windowCount } from '../../../src/shared/graph/shapes.ts'
import type { SidePadding } from '../../../src/shared/graph/shapes.ts'
import type { LayerGraph, LayerOp, Shape } from '../../../src/shared/graph/types.ts'
import { validateGraph } from '../../../src/shared/graph/validate.ts'

const shape = (op: LayerOp, ...inputs: Shape[]) =>
  outputShape({ ...op, name: 'layer', inputs: inputs.map((_, index) => `in${index}`) }, inputs)

/** Places a window visits when it is really slid over the padded side. */
function slide(length: number, kernel: number, stride: number, padding: SidePadding): number {
  const [before, after] = paddingAmounts(length, kernel, stride, padding)
  let count = 0
  for (let at = -before; at + kernel <= length + after; at += stride) count++
  return count
}

describe('windows', () => {
  it('counts the places that a sliding window visits, for every padding', () => {
    const pairs: readonly SidePadding[] = [
      [0, 1],
      [2, 0],
    ]
    for (const padding of ['same', 'valid', 'circular', 0, 1, 2, ...pairs] as const) {
      for (const kernel of [1, 3, 5]) {
        for (const stride of [1, 2, 3]) {
          for (let length = kernel; length <= 12; length++) {
            expect(
              windowCount(length, kernel, stride, padding),
              `${String(padding)} ${length} ${kernel} ${stride}`,
            ).toBe(slide(length, kernel, stride, padding))
          }
        }
      }
    }
  })

  it('puts the odd zero of `same` at the end, as TensorFlow does', () => {
    expect(paddingAmounts(32, 3, 2, 'same')).toEqual([0, 1])
    expect(paddingAmounts(7, 3, 2, 'same')).toEqual([1, 1])
  })
})

describe('layers', () => {
  it('knows the shape that each kind gives', () => {
    const conv = {
      kind: 'conv',
      filters: 8,
      kernel: [3, 3],
      stride: 2,
      padding: 1,
      groups: 1,
      bias: true,
      maskable: true,
    } as const
    expect(shape(conv, [9, 7, 3])).toEqual([5, 4, 8])
    expect(shape({ kind: 'dense', units: 5, bias: true, maskable: true }, [4, 3])).toEqual([4, 5])
    expect(shape({ kind: 'pad-shortcut', stride: 2, channels: 16 }, [7, 7, 8])).toEqual([4, 4, 16])
    expect(shape({ kind: 'concat' }, [2, 2, 3], [2, 2, 5])).toEqual([2, 2, 8])
    expect(shape({ kind: 'class-token' }, [196, 64])).toEqual([197, 64])
    expect(shape({ kind: 'select-token', index: 0 }, [197, 64])).toEqual([64])
    expect(shape({ kind: 'global-average-pool' }, [4, 4, 9])).toEqual([9])
    expect(shape({ kind: 'dense', units: 5, bias: true, maskable: true }, [4, 3, 9])).toEqual([4, 3, 5])
    expect(shape({ kind: 'slice', axis: 1, begin: 1, size: 2 }, [4, 3, 9])).toEqual([4, 2, 9])
    expect(shape({ kind: 'permute', axes: [2, 0, 1] }, [4, 3, 9])).toEqual([9, 4, 3])
    const attention: LayerOp = { kind: 'dot-product-attention', heads: 2, scale: 1 }
    expect(shape(attention, [5, 12])).toEqual([5, 4])
    expect(shape(attention, [5, 12], [5, 12], [5, 12])).toEqual([5, 12])
  })

  it('names the layer and the shapes that do not fit', () => {
    expect(() => shape({ kind: 'add' }, [2, 2, 3], [2, 2, 4])).toThrow(
      /“layer” \(add\).*2 × 2 × 3 and 2 × 2 × 4/,
    )
    expect(() => shape({ kind: 'dense', units: 5, bias: true, maskable: true }, [2, 2, 3, 4])).toThrow(
      /flatten first/,
    )
    expect(() => shape({ kind: 'slice', axis: 0, begin: 3, size: 2 }, [4, 2])).toThrow(/no entries 3 to 4/)
    expect(() => shape({ kind: 'slice', axis: 2, begin: 0, size: 1 }, [4, 2])).toThrow(/on axis 2/)
    expect(() => shape({ kind: 'permute', axes: [1, 1] }, [4, 2])).toThrow(/cannot order its axes as 1, 1/)
    expect(() => shape({ kind: 'attention', heads: 3 }, [5, 8])).toThrow(/3 heads must divide 8/)
    expect(() => shape({ kind: 'max-pool', size: 4, stride: 2, padding: 'valid' }, [3, 3, 1])).toThrow(
      /does not fit/,
    )
    expect(() => shape({ kind: 'scale-channels' }, [2, 2, 3], [4])).toThrow(/vector of its channels/)
  })
})

describe('graphs', () => {
  const input = { kind: 'input', shape: [4], name: 'input', inputs: [] } as const
  const dense = { kind: 'dense', units: 2, bias: true, maskable: true } as const

  it('refuses double names, readers before what they read, loose ends and wrong outputs', () => {
    const graph =
      (nodes: LayerGraph['nodes'], output = 'a') =>
      () =>
        validateGraph({ name: 'g', nodes: [input, ...nodes], output, classes: 2 })
    expect(graph([{ ...dense, name: 'a', inputs: ['input'] }])).not.toThrow()
    expect(graph([{ ...dense, name: 'input', inputs: ['input'] }])).toThrow(/Two layers are called “input”/)
    expect(
      graph([
        { ...dense, name: 'a', inputs: ['b'] },
        { ...dense, name: 'b', inputs: ['a'] },
      ]),
    ).toThrow(/“b”, which does not come before/)
    expect(
      graph([
        { ...dense, name: 'a', inputs: ['input'] },
        { ...dense, name: 'b', inputs: ['input'] },
      ]),
    ).toThrow(/Nothing reads “b”/)
    expect(graph([{ ...dense, units: 3, name: 'a', inputs: ['input'] }])).toThrow(/shape 3, not 2/)
    expect(graph([{ ...dense, name: 'a', inputs: ['input', 'input'] }])).toThrow(/takes 1 inputs, not 2/)
  })
})
