import { expect, test } from 'vitest'
import { readNpy, writeNpy } from '../../../src/engine/interchange/npy.ts'
import { readNpz, writeNpz } from '../../../src/engine/interchange/npz.ts'
import { readSafetensors, writeSafetensors } from '../../../src/engine/interchange/safetensors.ts'
import { stateFromArrays, stateToArrays } from '../../../src/engine/interchange/state.ts'
import type { NamedArray } from '../../../src/engine/interchange/types.ts'
import { narrowLong, widenBrain, widenHalf } from '../../../src/engine/interchange/widen.ts'
import { Stream } from '../../../src/engine/rng.ts'
import type { ParameterRole, ParameterSpec } from '../../../src/shared/graph/types.ts'

const arrays: readonly NamedArray[] = [
  { name: 'a', shape: [2, 3], data: Float32Array.of(1, 2.5, -3, 4, 5, 6) },
  { name: 'deep.kernel', shape: [3], data: Float64Array.of(Math.PI, -0, 1e-300) },
  { name: 'mask', shape: [2, 1, 2], data: Uint8Array.of(1, 0, 0, 1) },
  { name: 'steps', shape: [], data: Int32Array.of(-7) },
]

test('npz gives back what was written, equal arrays give equal bytes', () => {
  for (const compress of [true, false]) {
    expect(readNpz(writeNpz(arrays, compress))).toEqual(arrays)
    expect(writeNpz(arrays, compress)).toEqual(writeNpz(arrays, compress))
  }
})

test('npy is the file that NumPy writes', () => {
  // numpy.save of numpy.array([[1, 2], [3, 4]], dtype='<i4'), byte for byte.
  const header = "{'descr': '<i4', 'fortran_order': False, 'shape': (2, 2), }".padEnd(117) + '\n'
  const expected = [
    0x93,
    ...Buffer.from('NUMPY'),
    1,
    0,
    118,
    0,
    ...Buffer.from(header),
    1,
    0,
    0,
    0,
    2,
    0,
    0,
    0,
    3,
    0,
    0,
    0,
    4,
    0,
    0,
    0,
  ]
  expect([...writeNpy({ name: 'x', shape: [2, 2], data: Int32Array.of(1, 2, 3, 4) })]).toEqual(expected)
})

test('npy that cannot be read says why', () => {
  const file = writeNpy(arrays[0])
  const edit = (from: string, to: string): Uint8Array =>
    Uint8Array.from(Buffer.from(Buffer.from(file).toString('latin1').replace(from, to), 'latin1'))
  expect(() => readNpy('w', edit('False', 'True '))).toThrow('w: it is in Fortran order')
  expect(() => readNpy('w', edit('<f4', '>f4'))).toThrow('its type is >f4; known are float16, float32')
  expect(() => readNpy('w', edit('(2, 3)', '(2, 4)'))).toThrow('takes 32 bytes, the file holds 24')
  expect(() => readNpy('w', file.slice(1))).toThrow('not a NumPy array')
  expect(() => readNpz(Uint8Array.of(1, 2, 3))).toThrow('Not a NumPy archive')
})

test('safetensors gives back what was written, and its header is as the format says', () => {
  const file = writeSafetensors(arrays, { seed: '7' })
  const { arrays: read, metadata } = readSafetensors(file)
  expect(metadata).toEqual({ seed: '7' })
  expect(new Map(read.map((array) => [array.name, array]))).toEqual(
    new Map(arrays.map((array) => [array.name, array])),
  )
  const length = Number(new DataView(file.buffer).getBigUint64(0, true))
  expect(length % 8).toBe(0)
  const header = JSON.parse(Buffer.from(file.subarray(8, 8 + length)).toString()) as Record<string, unknown>
  expect(header['deep.kernel']).toEqual({ dtype: 'F64', shape: [3], data_offsets: [0, 24] })
  expect(() => readSafetensors(file.slice(0, file.length - 2))).toThrow('mask')
  expect(() => readSafetensors(Uint8Array.of(255, 255, 0, 0, 0, 0, 0, 0))).toThrow(
    'header would take 65535 bytes',
  )
})

test('types that PyTorch writes are widened exactly; a Buffer of a pool is read as its own bytes', () => {
  const half = Buffer.from(Uint16Array.of(0x3c00, 0xc000, 0x3555, 0x0001, 0x7bff, 0x8000).buffer)
  expect([...widenHalf(half)]).toEqual([1, -2, Math.fround(0.333251953125), 2 ** -24, 65504, -0])
  expect([...widenBrain(Buffer.from(Uint16Array.of(0x3f80, 0xc049).buffer))]).toEqual([1, -3.140625])
  expect([...narrowLong('n', Buffer.from(BigInt64Array.of(-7n, 3n).buffer))]).toEqual([-7, 3])
  expect(() => narrowLong('n', Buffer.from(BigInt64Array.of(2n ** 40n).buffer))).toThrow(
    /n: it holds 1099511627776/,
  )
  const pooled = Buffer.from(writeSafetensors(arrays))
  expect(readSafetensors(pooled).arrays.find(({ name }) => name === 'a')).toEqual(arrays[0])
})

const parameter = (
  name: string,
  role: ParameterRole,
  shape: readonly number[],
  depthwise = false,
): ParameterSpec => ({
  name,
  layer: name.split('.')[0],
  role,
  shape,
  maskable: role === 'kernel',
  trainable: true,
  depthwise,
})
const parameters = [
  parameter('hidden.kernel', 'kernel', [4, 3]),
  parameter('hidden.bias', 'bias', [3]),
  parameter('conv.kernel', 'kernel', [3, 2, 4, 5]),
  parameter('depth.kernel', 'kernel', [3, 3, 6, 1], true),
  parameter('norm.scale', 'scale', [6]),
  parameter('norm.running-variance', 'running-variance', [6]),
]

function someState() {
  const draw = Stream.root(8)
  const values = new Map(
    parameters.map(({ name, shape }) => [
      name,
      Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => Math.fround(draw.normal())),
    ]),
  )
  const masks = new Map(
    parameters
      .filter(({ maskable }) => maskable)
      .map(({ name }) => [name, Uint8Array.from(values.get(name) ?? [], () => draw.integer(2))]),
  )
  for (const [name, mask] of masks)
    mask.forEach((bit, k) => {
      if (bit === 0) (values.get(name) ?? [])[k] = 0
    })
  return { parameters: values, masks }
}

test('PyTorch’s names and layouts: [out, in], [out, in, kh, kw], depthwise [channels, 1, kh, kw]', () => {
  const state = someState()
  const written = new Map(
    stateToArrays(parameters, state, { naming: 'pytorch' }).map((array) => [array.name, array]),
  )
  expect([...written.keys()]).toEqual([
    'hidden.weight',
    'hidden.weight_mask',
    'hidden.bias',
    'conv.weight',
    'conv.weight_mask',
    'depth.weight',
    'depth.weight_mask',
    'norm.weight',
    'norm.running_var',
  ])
  expect([...written.values()].map(({ shape }) => shape)).toEqual([
    [3, 4],
    [3, 4],
    [3],
    [5, 4, 3, 2],
    [5, 4, 3, 2],
    [6, 1, 3, 3],
    [6, 1, 3, 3],
    [6],
    [6],
  ])
  const conv = state.parameters.get('conv.kernel') ?? []
  const torch = written.get('conv.weight')?.data ?? []
  for (let o = 0; o < 5; o++)
    for (let i = 0; i < 4; i++)
      for (let y = 0; y < 3; y++)
        for (let x = 0; x < 2; x++) {
          expect(torch[((o * 4 + i) * 3 + y) * 2 + x]).toBe(conv[((y * 2 + x) * 4 + i) * 5 + o])
        }
  expect(written.get('hidden.weight')?.data[1]).toBe((state.parameters.get('hidden.kernel') ?? [])[3])
  expect(written.get('depth.weight')?.data[9]).toBe((state.parameters.get('depth.kernel') ?? [])[1])
})

test.each(['bench', 'pytorch'] as const)('a state comes back from %s files as it was', (naming) => {
  const state = someState()
  const files = stateToArrays(parameters, state, { naming })
  expect(stateFromArrays(parameters, readNpz(writeNpz(files)), naming)).toEqual(state)
  expect(stateFromArrays(parameters, readSafetensors(writeSafetensors(files)).arrays, naming)).toEqual(state)
})

test('files that do not fit the model say where', () => {
  const files = stateToArrays(parameters, someState())
  expect(() => stateFromArrays(parameters, files.slice(1))).toThrow(
    'hidden.kernel [4, 3] is missing. The file holds hidden.kernel.mask',
  )
  const bent = files.map((array) =>
    array.name === 'conv.kernel' ? { ...array, shape: [2, 3, 4, 5] } : array,
  )
  expect(() => stateFromArrays(parameters, bent)).toThrow(
    'conv.kernel: its shape is [2, 3, 4, 5], the model expects [3, 2, 4, 5]',
  )
})
