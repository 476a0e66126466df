/** Runs a case of optim.json, gradients fed from outside, as updates of a program on any backend. */
import type { Backend, CompileOptions, Feeds } from '../../../src/engine/program/backend.ts'
import type { Update, VariableSpec } from '../../../src/engine/program/types.ts'
import { Builder } from '../../../src/engine/program/builder.ts'
import { oracle } from '../../oracle.ts'
import type { OracleTensor } from '../../oracle.ts'
import { expectClose } from '../ops/oracle-harness.ts'

type Tensors = Readonly<Record<string, OracleTensor>>

export interface OptimizerCase {
  readonly name: string
  readonly optimizer: 'SGD' | 'Adam' | 'AdamW'
  readonly options: {
    readonly momentum?: number
    readonly nesterov?: boolean
    readonly weight_decay?: number
    readonly betas?: readonly [number, number]
    readonly eps?: number
  }
  readonly lr_per_step: readonly number[]
  readonly params: Tensors
  readonly grads_per_step: readonly Tensors[]
  readonly params_after_step: readonly Tensors[]
}

/** The cases that our updates can express: SGD and AdamW, and Adam where it has no L2 term. */
export function optimizerCases(): OptimizerCase[] {
  return oracle<{ cases: OptimizerCase[] }>('optim').cases.filter(
    ({ optimizer, options }) => optimizer !== 'Adam' || !options.weight_decay,
  )
}

export async function runOptimizerCase(
  backend: Backend,
  precision: NonNullable<CompileOptions['precision']>,
  tolerance: number,
  given: OptimizerCase,
): Promise<void> {
  const {
    momentum = 0,
    nesterov = false,
    weight_decay: weightDecay = 0,
    betas = [0.9, 0.999],
    eps = 1e-8,
  } = given.options
  const builder = new Builder()
  const rate = builder.feed('rate', [])
  const variables: VariableSpec[] = []
  const updates = Object.entries(given.params).map(([name, { shape }]): Update => {
    const gradient = builder.feed(`gradient:${name}`, shape)
    variables.push({ name, type: { shape, dtype: 'float' }, role: 'parameter' })
    const slot = (prefix: string): string => {
      variables.push({ name: `${prefix}:${name}`, type: { shape, dtype: 'float' }, role: 'slot', of: name })
      return `${prefix}:${name}`
    }
    if (given.optimizer === 'SGD') {
      const velocity = momentum === 0 ? null : slot('velocity')
      return {
        kind: 'sgd',
        variable: name,
        velocity,
        mask: null,
        gradient,
        rate,
        momentum,
        nesterov,
        weightDecay,
      }
    }
    return {
      kind: 'adamw',
      variable: name,
      first: slot('first'),
      second: slot('second'),
      mask: null,
      gradient,
      rate,
      correction1: builder.feed('correction1', []),
      correction2: builder.feed('correction2', []),
      beta1: betas[0],
      beta2: betas[1],
      epsilon: eps,
      weightDecay,
    }
  })
  const program = { variables, functions: [builder.finish('step', [], updates)] }
  const executable = await backend.compile(program, { precision })
  const Float = precision === 'float64' ? Float64Array : Float32Array
  for (const [name, { data }] of Object.entries(given.params)) executable.write(name, Float.from(data))
  given.lr_per_step.forEach((lr, step) => {
    const feeds: Record<string, Feeds[string]> = { rate: Float.of(lr) }
    if (given.optimizer !== 'SGD') {
      feeds.correction1 = Float.of(1 - betas[0] ** (step + 1))
      feeds.correction2 = Float.of(1 - betas[1] ** (step + 1))
    }
    for (const [name, { data }] of Object.entries(given.grads_per_step[step])) {
      feeds[`gradient:${name}`] = Float.from(data)
    }
    executable.run('step', feeds)
    for (const [name, expected] of Object.entries(given.params_after_step[step])) {
      expectClose(`${given.name}, step ${step + 1}, ${name}`, executable.read(name), expected, tolerance)
    }
  })
  executable.dispose()
}
