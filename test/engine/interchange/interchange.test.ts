import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { zipSync } from 'fflate'
import { expect, test, vi } from 'vitest'
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
  expect(() => readNpy('w', edit('(2, 3)', '(2, 4)'))).toThrow('takes 32 bytes, the file holds 24')
  expect(() => readNpy('w', file.slice(1))).toThrow('not a NumPy array')
  expect(() => readNpz(Uint8Array.of(1, 2, 3))).toThrow('Not a NumPy archive')
})

/** A file that NumPy would write for a header and the bytes of its numbers. */
function npyOf(type: string, fortran: boolean, shape: string, bytes: Uint8Array): Uint8Array {
  const header = `{'descr': '${type}', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': (${shape}), }`
  const text = Buffer.from(`${header.padEnd(117)}\n`)
  return Buffer.concat([Buffer.from([0x93]), Buffer.from('NUMPY'), Buffer.from([1, 0, 118, 0]), text, bytes])
}

test('npy is read in either order of bytes and of indices, and small whole numbers too', () => {
  const floats = Float32Array.of(1, 4, 2, 5, 3, 6)
  expect(readNpy('w', npyOf('<f4', true, '2, 3', Buffer.from(floats.buffer)))).toEqual({
    name: 'w',
    shape: [2, 3],
    data: Float32Array.of(1, 2, 3, 4, 5, 6),
  })
  const big = Buffer.alloc(8)
  big.writeFloatBE(1.5, 0)
  big.writeFloatBE(-2, 4)
  expect(readNpy('w', npyOf('>f4', false, '2,', big)).data).toEqual(Float32Array.of(1.5, -2))
  const bytes = Buffer.from(Int8Array.of(1, -1, 0).buffer)
  expect(readNpy('m', npyOf('|i1', false, '3,', bytes)).data).toEqual(Int32Array.of(1, -1, 0))
  const long = Buffer.from(BigInt64Array.of(-7n, 3n).buffer)
  expect(readNpy('n', npyOf('<i8', false, '2,', long)).data).toEqual(Int32Array.of(-7, 3))
  const tooLong = Buffer.from(BigInt64Array.of(2n ** 40n).buffer)
  expect(() => readNpy('n', npyOf('<i8', false, '1,', tooLong))).toThrow('n: it holds 1099511627776')
})

test('an archive that unpacks to far more than arrays do is refused, unless the limit was set', () => {
  const packed = Buffer.from(zipSync({ 'x.npy': new Uint8Array(2 ** 16) }))
  // What the archive says of its size, in both places.
  packed.writeUInt32LE(300 * 2 ** 20, 22)
  packed.writeUInt32LE(300 * 2 ** 20, packed.indexOf('PK\x01\x02') + 24)
  expect(() => readNpz(packed)).toThrow(/as no numbers of .* are; GIVENS_DATA_MEMORY=2G/)
  process.env['GIVENS_DATA_MEMORY'] = '4G'
  try {
    // It is read, and found to be no array.
    expect(() => readNpz(packed)).toThrow(/not a NumPy array/)
  } finally {
    delete process.env['GIVENS_DATA_MEMORY']
  }
})

test('an archive that holds an array twice is refused', () => {
  const twice = Buffer.from(zipSync({ 'a.npy': new Uint8Array(9), 'b.npy': new Uint8Array(9) }))
  for (let at = twice.indexOf('b.npy'); at >= 0; at = twice.indexOf('b.npy')) twice.write('a', at)
  expect(() => readNpz(twice)).toThrow(/holds a twice/)
})

test('an archive with a changed byte, one of torch.save and a bomb are refused with a word', () => {
  const stored = writeNpz(arrays, false)
  stored[150] ^= 1
  expect(() => readNpz(stored)).toThrow('a is damaged (its CRC-32')
  const torch = zipSync({ 'model/data.pkl': Uint8Array.of(1), 'model/data/0': Uint8Array.of(1) })
  expect(() => readNpz(torch)).toThrow(/torch\.save.*safetensors\.torch\.save_file/)
  vi.stubEnv('GIVENS_DATA_MEMORY', '1M')
  const bomb = zipSync({ 'x.npy': new Uint8Array(2 << 20) })
  expect(() => readNpz(bomb)).toThrow(/allowed are .*GIVENS_DATA_MEMORY/)
  vi.unstubAllEnvs()
})

test('safetensors whose tensors share, leave or miss bytes are refused, as by the reference library', () => {
  const file = (header: string, bytes: number): Uint8Array => {
    const text = Buffer.from(header)
    const length = Buffer.alloc(8)
    length.writeBigUInt64LE(BigInt(text.length))
    return Buffer.concat([length, text, Buffer.alloc(bytes)])
  }
  const tensor = (from: number, to: number): string =>
    `{"dtype":"F32","shape":[${(to - from) / 4}],"data_offsets":[${from},${to}]}`
  const refused: [string, number, string][] = [
    [`{"a":${tensor(0, 8)},"b":${tensor(4, 12)}}`, 12, 'b shares bytes with another tensor'],
    [`{"a":${tensor(0, 8)},"b":${tensor(12, 16)}}`, 16, 'the bytes from 8 on are nobody’s'],
    [`{"a":${tensor(0, 8)}}`, 12, '4 bytes behind the last tensor'],
    [`{"a":${tensor(0, 8)}}`, 4, 'ends after 4 bytes of the 8'],
    [`{"a":${tensor(0, 8)},"\\u0061":${tensor(0, 8)}}`, 8, 'names a twice'],
    ['{"__metadata__":null}', 0, 'its __metadata__ is no object'],
  ]
  for (const [header, bytes, message] of refused)
    expect(() => readSafetensors(file(header, bytes)), message).toThrow(message)
  const sound = file(`{"b":${tensor(8, 12)},"a":${tensor(0, 8)}}`, 12)
  expect(readSafetensors(sound).arrays.map(({ name }) => name)).toEqual(['b', 'a'])
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
  expect(() => readSafetensors(file.slice(0, file.length - 2))).toThrow('ends after 54 bytes of the 56')
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

test('names of a model that was wrapped or compiled are its own', () => {
  const state = someState()
  const files = stateToArrays(parameters, state, { naming: 'pytorch' })
  const before = (wrapper: string) => (name: string) => wrapper + name
  const within = (wrapper: string) => (name: string) => name.replace(/\.(?=[^.]+$)/, `.${wrapper}.`)
  for (const wrap of [
    ...['module.', '_orig_mod.', '_orig_mod.module.', 'module._orig_mod.'].map(before),
    ...['_orig_mod', '_fsdp_wrapped_module', '_checkpoint_wrapped_module'].map(within),
  ]) {
    const wrapped = files.map((array) => ({ ...array, name: wrap(array.name) }))
    expect(wrapped[0].name).not.toBe(files[0].name)
    for (const read of [
      wrapped,
      readNpz(writeNpz(wrapped)),
      readSafetensors(writeSafetensors(wrapped)).arrays,
    ])
      expect(stateFromArrays(parameters, read, 'pytorch')).toEqual(state)
  }
  const averaged = { name: 'n_averaged', shape: [], data: Int32Array.of(3) }
  expect(stateFromArrays(parameters, [...files, averaged], 'pytorch')).toEqual(state)
  const twice = [...files, { ...files[0], name: `module.${files[0].name}` }]
  expect(() => stateFromArrays(parameters, twice, 'pytorch')).toThrow(
    'The file holds hidden.weight and module.hidden.weight, which are one parameter of the model.',
  )
})

test('parameters that are called as a wrapper is are read all the same', () => {
  const named = parameters.map((parameter) => ({ ...parameter, name: `module.${parameter.name}` }))
  const state = someState()
  const renamed = {
    parameters: new Map([...state.parameters].map(([name, values]) => [`module.${name}`, values])),
    masks: new Map([...state.masks].map(([name, mask]) => [`module.${name}`, mask])),
  }
  const files = stateToArrays(named, renamed)
  expect(files[0].name).toBe('module.hidden.kernel')
  expect(stateFromArrays(named, files)).toEqual(renamed)
})

test('safetensors of every type of the reference library hold the numbers that PyTorch reads', () => {
  const { file, entries } = JSON.parse(
    readFileSync(join(import.meta.dirname, '../../fixtures/safetensors_types.json'), 'utf8'),
  ) as { file: string; entries: Record<string, (number | string)[]> }
  const { arrays: found } = readSafetensors(Buffer.from(file, 'base64'))
  expect(found.map(({ name }) => name).sort()).toEqual(Object.keys(entries).sort())
  for (const { name, data } of found) {
    const expected = entries[name].map((value) => Number(value === 'inf' ? Infinity : value))
    expect([name, [...data]]).toEqual([
      name,
      expected.map((v, k) => (entries[name][k] === '-inf' ? -Infinity : v)),
    ])
  }
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
