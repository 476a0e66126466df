import { describe, expect, test } from 'vitest'
import { referenceBackend } from '../../../../src/engine/backend/reference/index.ts'
import type { Executable } from '../../../../src/engine/program/backend.ts'
import type { Program, VariableSpec } from '../../../../src/engine/program/types.ts'
import { Builder } from '../../../../src/engine/program/builder.ts'
import { one } from '../../../../src/engine/ops/support/make.ts'

const pair = (name: string): VariableSpec => ({
  name,
  type: { shape: [2], dtype: 'float' },
  role: 'parameter',
})

/** swap: a, b ← b, a; sum: a + b; read: a itself. */
function program(): Program {
  const swap = new Builder()
  const [a, b] = [swap.read('a', [2]), swap.read('b', [2])]
  const plain = new Builder()
  const x = plain.feed('x', [2])
  const total = one(plain, 'add', [plain.read('a', [2]), x])
  return {
    variables: [pair('a'), pair('b')],
    functions: [
      swap.finish(
        'swap',
        [{ name: 'a', value: a }],
        [
          { kind: 'assign', variable: 'a', value: b },
          { kind: 'assign', variable: 'b', value: a },
        ],
      ),
      plain.finish('sum', [{ name: 'total', value: total }]),
    ],
  }
}

async function opened(precision?: 'float32' | 'float64'): Promise<Executable> {
  const executable = await referenceBackend.compile(program(), { precision })
  executable.writeAll(
    new Map([
      ['a', Float64Array.of(1, 0.1)],
      ['b', Float64Array.of(3, 4)],
    ]),
  )
  return executable
}

describe('the reference backend', () => {
  test('applies updates after everything was computed from the old variables', async () => {
    const executable = await opened('float64')
    const { a } = executable.run('swap', {})
    expect([...a]).toEqual([1, 0.1])
    expect([...executable.read('a')]).toEqual([3, 4])
    expect([...executable.read('b')]).toEqual([1, 0.1])
  })

  test('gives copies: neither reading, writing nor feeding shares memory', async () => {
    const executable = await opened('float64')
    executable.read('a').fill(9)
    const written = Float64Array.of(5, 6)
    executable.write('a', written)
    written.fill(9)
    expect([...(executable.readAll().get('a') ?? [])]).toEqual([5, 6])
    const x = Float64Array.of(1, 1)
    expect([...executable.run('sum', { x }).total]).toEqual([6, 7])
  })

  test('computes in float32 unless float64 is asked for', async () => {
    const x = Float64Array.of(0, 0)
    expect((await opened()).run('sum', { x }).total[1]).toBe(Math.fround(0.1))
    expect((await opened('float64')).run('sum', { x }).total[1]).toBe(0.1)
  })

  test('says what is unknown, missing or too long', async () => {
    const executable = await opened()
    expect(() => executable.run('product', {})).toThrow('unknown function product; known are swap, sum')
    expect(() => executable.run('sum', {})).toThrow('sum: feed x [2] is missing')
    expect(() => executable.run('sum', { x: new Float32Array(3) })).toThrow(
      'feed x [2] takes 2 entries, got 3',
    )
    expect(() => executable.run('sum', { x: new Float32Array(2), z: new Float32Array(2) })).toThrow(
      'unknown feeds z',
    )
    expect(() => {
      executable.write('a', new Float32Array(3))
    }).toThrow('variable a has 2 entries, got 3')
    expect(() => executable.read('c')).toThrow('unknown variable c')
  })

  test('products below the normal numbers of float32 become 0, in float64 they stay', async () => {
    const builder = new Builder()
    const product = one(builder, 'matmul', [builder.feed('x', [1, 1]), builder.feed('y', [1, 1])])
    const tiny: Program = { variables: [], functions: [builder.finish('f', [{ name: 'z', value: product }])] }
    const feeds = { x: Float32Array.of(1e-20), y: Float32Array.of(1e-20) }
    expect((await referenceBackend.compile(tiny)).run('f', feeds).z[0]).toBe(0)
    expect(
      (await referenceBackend.compile(tiny, { precision: 'float64' })).run('f', feeds).z[0],
    ).toBeGreaterThan(0)
  })
})
