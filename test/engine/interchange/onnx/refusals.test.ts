/** Broken and hostile files, and networks that no layer of the bench computes: errors in words, at once. */
import { describe, expect, test } from 'vitest'
import { BenchError } from '../../../../src/shared/contract/errors.ts'
import { importOnnx } from '../../../../src/engine/interchange/onnx/import.ts'
import { model } from './files.ts'
import { bytesOf } from './networks.ts'

function refused(bytes: Uint8Array): string {
  try {
    importOnnx(bytes)
  } catch (error) {
    if (error instanceof BenchError && error.code === 'bad-data') return error.message
    throw error
  }
  throw new Error('it was imported')
}

const gemm = { op: 'Gemm', inputs: ['x', 'w'] } as const
const weight = { w: { dims: [4, 3] } } as const

describe('files', () => {
  test('what is no ONNX file', () => {
    expect(refused(new Uint8Array())).toMatch(/Not an ONNX file: it is empty/)
    expect(refused(new TextEncoder().encode('{"nodes": []}'))).toMatch(/Not an ONNX/)
    expect(refused(Uint8Array.from({ length: 5000 }, (_, i) => (i * 7919) & 255))).toMatch(/Not an ONNX/)
    expect(refused(Uint8Array.of(8, 8))).toMatch(/holds no graph/)
  })

  test('a file cut short anywhere is refused, never hangs', () => {
    const whole = bytesOf('mlp-torchscript-13.onnx')
    for (let length = 1; length < whole.length; length += 397) {
      expect(() => importOnnx(whole.subarray(0, length)), `${length} bytes`).toThrow(BenchError)
    }
  })

  test('a file with any byte changed is imported or refused in words', () => {
    const whole = bytesOf('mlp-torchscript-13.onnx')
    for (let at = 0; at < 2600; at += 29) {
      const changed = Uint8Array.from(whole)
      changed[at] ^= 1 << (at % 8)
      try {
        importOnnx(changed)
      } catch (error) {
        expect(error, `byte ${at}`).toBeInstanceOf(BenchError)
      }
    }
  })

  test('messages nested without end', () => {
    let nested = Uint8Array.of()
    for (let depth = 0; depth < 300; depth++) {
      const length = nested.length
      const head = length < 128 ? [0x3a, length] : [0x3a, (length & 127) | 128, length >> 7]
      nested = Uint8Array.of(...head, ...nested)
    }
    expect(refused(nested)).toMatch(/Not an ONNX/)
  })

  test('weights in another file', () => {
    const external = model([0, 4], [gemm], weight, { external: true })
    expect(refused(external)).toMatch(/“w”.*data in another file.*external_data=False/)
  })

  test('impossible shapes of tensors', () => {
    const shaped = (dims: readonly number[], values: readonly number[] = [1]) =>
      refused(model([0, 4], [gemm], { w: { dims, values } }))
    expect(shaped([-4, 3])).toMatch(/“w”.*\[-4,3\]/)
    expect(shaped([2 ** 40, 2 ** 40])).toMatch(/more than/)
    expect(shaped([4, 3], [1, 2])).toMatch(/12|2 entries/)
    expect(shaped([4, 0], [])).toMatch(/./)
  })

  test('weights that are not finite', () => {
    const values = [1, Number.NaN, ...new Array<number>(10).fill(0)]
    expect(refused(model([0, 4], [gemm], { w: { dims: [4, 3], values } }))).toMatch(/“n0”.*not finite/)
  })

  test('graphs that cannot be computed', () => {
    const cycle = [
      { op: 'Add', inputs: ['x', 'v1'] },
      { op: 'Relu', inputs: ['v0'] },
      { op: 'Relu', inputs: ['v1'] },
    ]
    expect(refused(model([0, 4], cycle))).toMatch(/cycle through the value/)
    expect(refused(model([0, 4], [{ op: 'Gemm', inputs: ['x', 'missing'] }]))).toMatch(
      /“missing”, which nothing/,
    )
    const twice = [
      { op: 'Relu', inputs: ['x'], output: 'v' },
      { op: 'Tanh', inputs: ['x'], output: 'v' },
      { op: 'Relu', inputs: ['v'] },
    ]
    expect(refused(model([0, 4], twice))).toMatch(/“v” twice/)
    const named = model([0, 4], [{ ...gemm, output: 'z' }], weight)
    expect(refused(named)).toMatch(/The output reads the value “y”/)
  })

  test('a chain of a hundred thousand nodes does not exhaust the stack', () => {
    const nodes = Array.from({ length: 100_000 }, (_, k) => ({
      op: 'Identity',
      inputs: [k === 0 ? 'x' : `v${k - 1}`],
    }))
    expect(
      importOnnx(model([0, 4], [...nodes, { op: 'Gemm', inputs: [`v${nodes.length - 1}`, 'w'] }], weight))
        .graph.classes,
    ).toBe(3)
  })

  test('a formula that doubles at each step is given up', () => {
    const nodes = Array.from({ length: 60 }, (_, k) => {
      const before = k === 0 ? 'x' : `v${k - 1}`
      return { op: 'Mul', inputs: [before, before] }
    })
    expect(refused(model([0, 4], nodes))).toMatch(/longer formula/)
  })

  test('a shape computed to be enormous', () => {
    const nodes = [
      { op: 'ConstantOfShape', inputs: ['huge'], output: 'big' },
      { op: 'Add', inputs: ['x', 'big'] },
    ]
    expect(
      refused(model([0, 4], nodes, { huge: { dims: [2], values: [2 ** 31, 2 ** 31], whole: true } })),
    ).toMatch(/“n0” \(ConstantOfShape\): it makes a tensor/)
  })

  test('inputs that are no classifier’s', () => {
    expect(refused(model([0, 3, 0, 0], [gemm], weight))).toMatch(
      /Axis 2 of the input “x” has no fixed size.*dynamic_axes/,
    )
    expect(refused(model([4], [gemm], weight))).toMatch(/\[batch, features\]/)
    expect(refused(model([0, 4], [gemm], weight, { opset: 6 }))).toMatch(/operator set 6/)
  })
})

describe('networks', () => {
  test('all nodes that cannot be imported are named at once, with what works', () => {
    const nodes = [
      { op: 'GroupNormalization', inputs: ['x', 's', 's'] },
      { op: 'ConvTranspose', inputs: ['v0', 'k'] },
      { op: 'Relu', inputs: ['v1'] },
      { op: 'LSTM', inputs: ['v2'] },
      { op: 'FusedConv', inputs: ['v3'], domain: 'com.microsoft' },
    ]
    const told = refused(model([0, 3, 4, 4], nodes, { s: { dims: [3] }, k: { dims: [3, 3, 2, 2] } }))
    expect(told).toMatch(/^4 nodes of the ONNX file cannot be imported \(docs\/own-models\.md/)
    expect(told).toMatch(
      /“n0” \(GroupNormalization\): no layer .* What works: BatchNormalization or LayerNormalization\./,
    )
    expect(told).toMatch(/“n1” \(ConvTranspose\)/)
    expect(told).toMatch(/“n3” \(LSTM\)/)
    expect(told).toMatch(/“n4” \(com\.microsoft\.FusedConv\)/)
    expect(told).not.toMatch(/Relu/)
  })

  test('a reason that many nodes share is told once', () => {
    const nodes = Array.from({ length: 9 }, (_, k) => ({
      op: 'ReduceL2',
      inputs: [k === 0 ? 'x' : `v${k - 1}`],
    }))
    expect(refused(model([0, 4], nodes)).split('\n')).toEqual([
      '9 nodes of the ONNX file cannot be imported (docs/own-models.md lists what is):',
      expect.stringMatching(/^“n0”, “n1”, “n2” and 6 more \(ReduceL2\): .*What works: BatchNormalization/),
    ])
  })

  test.each([
    [
      'strides that differ',
      { op: 'Conv', inputs: ['x', 'k'], attributes: { strides: [1, 2] } },
      /strides differ in height and width/,
    ],
    [
      'pooling that is not square',
      { op: 'MaxPool', inputs: ['x'], attributes: { kernel_shape: [2, 3] } },
      /2 × 3.*square/,
    ],
    ['a softmax within', { op: 'Softmax', inputs: ['x'] }, /softmax in attention only/],
    [
      'a mean over examples',
      { op: 'ReduceMean', inputs: ['x'], attributes: { axes: [0] } },
      /over the examples of a batch/,
    ],
    [
      'a mean over rows',
      { op: 'ReduceMean', inputs: ['x'], attributes: { axes: [2] } },
      /over some places only/,
    ],
    [
      'other kinds of padding',
      { op: 'Pad', inputs: ['x', 'p'], attributes: { mode: 'reflect' } },
      /pads by reflect/,
    ],
    [
      'channels of another number',
      { op: 'Conv', inputs: ['x', 'k'], attributes: { group: 2 } },
      /takes 6 channels, it is given 3/,
    ],
  ])('%s', (_name, node, why) => {
    const after = { op: 'GlobalAveragePool', inputs: ['v0'] }
    const tensors = {
      k: { dims: [4, 3, 3, 3] },
      p: { dims: [8], values: [0, 0, 1, 1, 0, 0, 1, 1], whole: true },
    }
    expect(refused(model([0, 3, 8, 8], [node, after], tensors))).toMatch(why)
  })

  test('functions that are none of the activations', () => {
    const nodes = [
      { op: 'Gemm', inputs: ['x', 'w'] },
      { op: 'Softplus', inputs: ['v0'] },
      { op: 'Gemm', inputs: ['v1', 'v'] },
    ]
    expect(refused(model([0, 4], nodes, { w: { dims: [4, 4] }, v: { dims: [4, 3] } }))).toMatch(
      /“n2” \(Gemm\): what it reads ends in Softplus/,
    )
  })

  test('examples that are mixed', () => {
    const nodes = [
      { op: 'Transpose', inputs: ['x'], attributes: { perm: [1, 0] } },
      { op: 'Gemm', inputs: ['v0', 'w'] },
    ]
    expect(refused(model([5, 4], nodes, { w: { dims: [5, 3] } }))).toMatch(/mixes the examples|batch/)
  })
})
