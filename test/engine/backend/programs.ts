/** Small programs for the tests of backends. */
import type { Program, ProgramFunction, Update, VariableSpec } from '../../../src/engine/program/types.ts'
import { Builder } from '../../../src/engine/program/builder.ts'
import { gradients } from '../../../src/engine/compiler/gradient.ts'
import { randomStream } from './random.ts'
import type { Attributes, Value } from '../../../src/engine/ops/ir.ts'

export interface MlpShape {
  readonly batch: number
  readonly widths: readonly number[]
  readonly activation: string
  /** Equal hidden layers in one variable. */
  readonly stacked: boolean
}

const SETTINGS = { momentum: 0.9, nesterov: true, weightDecay: 1e-2 }

/** Training of an MLP by masked SGD: feeds x, y, rate; outputs loss, logits and every gradient. */
export function mlpProgram({ batch, widths, activation, stacked }: MlpShape): Program {
  const builder = new Builder()
  const one = (op: string, inputs: readonly Value[], attributes?: Attributes): Value =>
    builder.add(op, inputs, attributes)[0]
  const variables: VariableSpec[] = []
  const parameters: { name: string; value: Value }[] = []
  const parameter = (name: string, shape: readonly number[]): Value => {
    const type = { shape, dtype: 'float' } as const
    variables.push(
      { name, type, role: 'parameter' },
      { name: `mask:${name}`, type, role: 'mask', of: name },
      { name: `velocity:${name}`, type, role: 'slot', of: name },
    )
    const value = builder.read(name, shape)
    parameters.push({ name, value })
    return value
  }
  const rate = builder.feed('rate', [])
  const depth = widths.length - 1
  const [width] = widths.slice(1)
  const kernels = stacked ? builder.add('unstack', [parameter('kernels', [depth - 2, width, width])]) : []
  const biases = stacked ? builder.add('unstack', [parameter('biases', [depth - 2, width])]) : []
  let hidden = builder.feed('x', [batch, widths[0]])
  for (let layer = 0; layer < depth; layer++) {
    const inner = stacked && layer > 0 && layer < depth - 1
    const kernel = inner
      ? kernels[layer - 1]
      : parameter(`kernel${layer}`, [widths[layer], widths[layer + 1]])
    const bias = inner ? biases[layer - 1] : parameter(`bias${layer}`, [widths[layer + 1]])
    const sum = one('bias-add', [one('matmul', [hidden, kernel]), bias])
    hidden = layer < depth - 1 ? one(activation, [sum]) : sum
  }
  const labels = one('one-hot', [builder.feed('y', [batch], 'int')], { depth: widths[depth] })
  const loss = one('mean', [builder.add('softmax-cross-entropy', [hidden, labels])[0]], { axes: [0] })
  const unit = one('constant', [], { dtype: 'float', shape: [], values: [1] })
  const slopes = gradients(
    builder,
    [loss],
    [unit],
    parameters.map(({ value }) => value),
  )
  const outputs = [
    { name: 'loss', value: loss },
    { name: 'logits', value: hidden },
  ]
  const updates: Update[] = parameters.map(({ name }, index) => {
    const gradient = slopes[index]
    if (gradient === null) throw new Error(`${name} has no gradient`)
    outputs.push({ name: `gradient:${name}`, value: gradient })
    return {
      kind: 'optimizer',
      optimizer: 'sgd',
      variable: name,
      stacked: false,
      slots: { velocity: `velocity:${name}` },
      mask: `mask:${name}`,
      gradient,
      scalars: { rate },
      settings: SETTINGS,
      constants: {},
    }
  })
  return { variables, functions: [builder.finish('train', outputs, updates)] }
}

/** One function `step` whose body `build` writes. */
export function smallProgram(
  variables: readonly VariableSpec[],
  build: (builder: Builder) => Pick<ProgramFunction, 'outputs' | 'updates'>,
): Program {
  const builder = new Builder()
  const { outputs, updates } = build(builder)
  return { variables, functions: [builder.finish('step', outputs, updates)] }
}

/** Values for every variable: weights of size √(3 / fan-in), masks of 0 and 1, slots 0. */
export function randomState(program: Program, seed: number): Map<string, Float32Array> {
  const random = randomStream(seed)
  return new Map(
    program.variables.map(({ name, type, role }) => {
      const size = type.shape.reduce((product, extent) => product * extent, 1)
      const reach = Math.sqrt(3 / (type.shape.at(-2) ?? 1))
      const draw =
        role === 'parameter'
          ? () => (2 * random() - 1) * reach
          : role === 'mask'
            ? () => Number(random() < 0.5)
            : () => 0
      return [name, Float32Array.from({ length: size }, draw)] as const
    }),
  )
}
