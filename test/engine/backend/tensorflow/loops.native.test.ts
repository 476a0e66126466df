/** Loops against the reference backend: every way in which a value goes into or out of a repeated block. */
import { describe, expect, it } from 'vitest'
import { referenceBackend } from '../../../../src/engine/backend/reference/index.ts'
import { openTensorFlow } from '../../../../src/engine/backend/tensorflow/index.ts'
import { lowerProgram } from '../../../../src/engine/backend/tensorflow/program.ts'
import { findRegions } from '../../../../src/engine/backend/tensorflow/regions.ts'
import type { Program } from '../../../../src/engine/program/types.ts'
import type { Builder } from '../../../../src/engine/program/builder.ts'
import type { Attributes, Value } from '../../../../src/engine/ops/ir.ts'
import { mlpProgram, smallProgram } from '../programs.ts'
import { randomStream } from '../random.ts'

const backends = { cpu: openTensorFlow('cpu'), gpu: openTensorFlow('gpu') }
const tensorflow = backends.cpu
const LAYERS = 9
const SIZE = 4

/** Slices of a stacked feed, and short forms. */
function parts(builder: Builder) {
  const one = (op: string, inputs: readonly Value[], attributes?: Attributes): Value =>
    builder.add(op, inputs, attributes)[0]
  const slices = builder.add('unstack', [builder.feed('w', [LAYERS, SIZE, SIZE])])
  return { one, slices, x: builder.feed('x', [SIZE, SIZE]) }
}

function chain(builder: Builder): {
  one: ReturnType<typeof parts>['one']
  values: Value[]
  slices: readonly Value[]
} {
  const { one, slices, x } = parts(builder)
  const values: Value[] = []
  let h = x
  for (const w of slices) values.push((h = one('tanh', [one('matmul', [h, w])])))
  return { one, values, slices }
}

/** A chain whose values differ in sign and are larger than 1. */
function chainOf(builder: Builder) {
  const { one, slices, x } = parts(builder)
  const values: Value[] = []
  let h = x
  for (const w of slices) values.push((h = one('add', [one('multiply', [h, w]), one('add', [w, w])])))
  return { one, slices, x, values }
}

const PROGRAMS: Record<string, (builder: Builder) => readonly Value[]> = {
  'the last value': (builder) => [chain(builder).values[LAYERS - 1]],
  'values of single blocks': (builder) => [0, 3, LAYERS - 2].map((i) => chain(builder).values[i]),
  'all values, in order and in reverse, with others before and after': (builder) => {
    const { one, values } = chain(builder)
    const other = one('negate', [values[2]])
    return [one('stack', [other, ...values, other, other]), one('stack', values.toReversed())]
  },
  'some values, out of order': (builder) => {
    const { one, values } = chain(builder)
    return [one('stack', [values[3], values[1], values[4], values[7]])]
  },
  'a second loop reads the first in reverse, and two stacked tensors': (builder) => {
    const { one, values, slices } = chain(builder)
    let g = values[LAYERS - 1]
    const gradients: Value[] = []
    for (let i = LAYERS - 1; i > 0; i--) {
      const d = one('tanh-gradient', [values[i], g])
      gradients[i] = one('matmul', [values[i - 1], d], { transposeA: true })
      g = one('matmul', [d, slices[i]], { transposeB: true })
    }
    gradients[0] = g
    return [g, one('stack', gradients)]
  },
  'an invariant made outside, and a constant inside': (builder) => {
    const { one, slices, x } = parts(builder)
    const outer = one('square', [x])
    let h = x
    for (const w of slices) {
      h = one('add', [
        one('multiply', [h, w]),
        one('multiply', [outer, one('constant', [], { dtype: 'float', shape: [], values: [0.25] })]),
      ])
    }
    return [h]
  },
  'two values carried that change places': (builder) => {
    const { one, slices, x } = parts(builder)
    let [a, b] = [x, one('negate', [x])]
    for (const w of slices) [a, b] = [one('add', [b, w]), one('tanh', [a])]
    return [a, b]
  },
  'series of the same form, each with its own memory': (builder) => {
    const { one, slices, x } = parts(builder)
    let [a, b] = [x, one('negate', [x])]
    const kept: Value[][] = [[], []]
    for (const w of slices) {
      ;[a, b] = [one('add', [b, w]), one('tanh', [a])]
      kept[0].push(a)
      kept[1].push(b)
    }
    return [one('stack', kept[0]), one('stack', kept[1].toReversed()), one('stack', [...kept[0], x])]
  },
  'truth values and whole numbers that a second loop reads': (builder) => {
    const { one, values, slices, x } = chainOf(builder)
    const positive = values.map((value) => one('greater', [value, x]))
    const rounded = values.map((value) => one('cast', [one('multiply', [value, value])], { dtype: 'int' }))
    let g = x
    for (let i = LAYERS - 1; i >= 0; i--) {
      const factor = one('cast', [rounded[i]], { dtype: 'float' })
      g = one('select', [positive[i], one('multiply', [g, slices[i]]), one('add', [g, factor])])
    }
    return [g]
  },
  'unstacked values used outside too': (builder) => {
    const { one, values, slices } = chain(builder)
    return [one('add', [values[LAYERS - 1], slices[4]]), slices[0]]
  },
}

async function results(
  backend: typeof tensorflow,
  program: Program,
): Promise<Record<string, ArrayLike<number>>> {
  const random = randomStream(4)
  const executable = await backend.compile(program)
  const w = Float32Array.from({ length: LAYERS * SIZE * SIZE }, () => 2 * random() - 1)
  const x = Float32Array.from({ length: SIZE * SIZE }, () => 2 * random() - 1)
  try {
    return executable.run('step', { w, x })
  } finally {
    executable.dispose()
  }
}

describe.each(['cpu', 'gpu'] as const)('loops as for a %s compute what the unrolled graph says', (device) => {
  it.each(Object.keys(PROGRAMS))('%s', async (name) => {
    const program = smallProgram([], (builder) => ({
      outputs: PROGRAMS[name](builder).map((value, index) => ({ name: `${index}`, value })),
      updates: [],
    }))
    expect(findRegions(program.functions[0].nodes).length, 'loops found').toBeGreaterThan(0)
    const [got, expected] = [
      await results(backends[device], program),
      await results(referenceBackend, program),
    ]
    for (const [output, value] of Object.entries(expected)) {
      expect(got[output].length).toBe(value.length)
      for (let i = 0; i < value.length; i++) expect(got[output][i]).toBeCloseTo(value[i], 5)
    }
  })
})

describe('loops', () => {
  it('denormal numbers are flushed to 0, so that a dying signal does not slow a step down', async () => {
    const isDenormal = (value: number): boolean => value !== 0 && Math.abs(value) < 2 ** -126
    const program = smallProgram([], (builder) => {
      const { one, slices, x } = parts(builder)
      const scale = one('constant', [], { dtype: 'float', shape: [], values: [1e-20] })
      const small = one('multiply', [x, scale])
      const products = slices.map((w) => one('multiply', [one('multiply', [w, scale]), small]))
      return { outputs: [{ name: 'products', value: one('stack', products) }], updates: [] }
    })
    const [got, exact] = [await results(tensorflow, program), await results(referenceBackend, program)]
    expect(Array.from(exact['products']).filter(isDenormal).length).toBeGreaterThan(50)
    expect(Array.from(got['products']).filter(isDenormal)).toEqual([])
  })

  it('fill one tensor on a CPU and TensorArrays on a GPU; zeros are fed, not kept', () => {
    const shape = { batch: 4, widths: [6, ...new Array<number>(9).fill(8), 3], activation: 'tanh' } as const
    const opsOf = (device: 'cpu' | 'gpu'): Set<string> => {
      const { model, initialize } = lowerProgram(mlpProgram({ ...shape, stacked: true }), { device })
      expect(initialize.feeds).toHaveLength(1)
      return new Set(model.graph.nodes.map(({ op }) => op))
    }
    const [onCpu, onGpu] = [opsOf('cpu'), opsOf('gpu')]
    expect([onCpu.has('InplaceUpdate'), onCpu.has('TensorArrayV3')]).toEqual([true, false])
    expect([onGpu.has('InplaceUpdate'), onGpu.has('TensorArrayV3')]).toEqual([false, true])
  })

  it('the graph of a deep network does not grow with its depth', () => {
    const nodes = (depth: number): number =>
      lowerProgram(
        mlpProgram({
          batch: 4,
          widths: [6, ...new Array<number>(depth).fill(8), 3],
          activation: 'tanh',
          stacked: true,
        }),
      ).model.graph.nodes.length
    expect(nodes(300)).toBe(nodes(30))
    expect(nodes(300)).toBeLessThan(500)
  })
})
