/**
 * Runs a case of optim.json or lamb.json, gradients fed from outside, as updates of a program on any
 * backend.
 */
import type { Backend, CompileOptions, Feeds } from '../../../src/engine/program/backend.ts'
import type { Update, VariableSpec } from '../../../src/engine/program/types.ts'
import { optimizerOf } from '../../../src/shared/methods/optimizers/index.ts'
import { Builder } from '../../../src/engine/program/builder.ts'
import { oracle } from '../../oracle.ts'
import type { OracleTensor } from '../../oracle.ts'
import { expectClose } from '../ops/oracle-harness.ts'

type Tensors = Readonly<Record<string, OracleTensor>>

export interface OptimizerCase {
  readonly name: string
  readonly optimizer: 'SGD' | 'Adam' | 'AdamW' | 'LAMB'
  readonly options: {
    readonly momentum?: number
    readonly nesterov?: boolean
    readonly weight_decay?: number
    readonly betas?: readonly [number, number]
    readonly eps?: number
  }
  readonly lr_per_step: readonly number[]
  readonly params: Tensors
  readonly masks?: Tensors
  readonly without_decay?: readonly string[]
  /** Tensors whose first axis counts parameters. */
  readonly stacked?: readonly string[]
  readonly grads_per_step: readonly Tensors[]
  readonly params_after_step: readonly Tensors[]
}

const NAMES = { SGD: 'sgd', Adam: 'adamw', AdamW: 'adamw', LAMB: 'lamb' } as const

/** The cases that our updates can express: SGD and AdamW, Adam where it has no L2 term, and LAMB. */
export function optimizerCases(): OptimizerCase[] {
  const made = ['optim', 'lamb'].flatMap((file) => oracle<{ cases: OptimizerCase[] }>(file).cases)
  return made.filter(({ optimizer, options }) => optimizer !== 'Adam' || !options.weight_decay)
}

export async function runOptimizerCase(
  backend: Backend,
  precision: NonNullable<CompileOptions['precision']>,
  tolerance: number,
  given: OptimizerCase,
): Promise<void> {
  const { momentum = 0, nesterov = false, weight_decay: decay = 0, betas, eps } = given.options
  const optimizer = NAMES[given.optimizer]
  const descriptor = optimizerOf(optimizer)
  const constants = {
    ...descriptor.constants,
    ...(betas && { beta1: betas[0], beta2: betas[1], epsilon: eps }),
  }
  const builder = new Builder()
  const names = ['rate', ...Object.keys(descriptor.scalars(constants, 0))]
  const scalars = Object.fromEntries(names.map((name) => [name, builder.feed(name, [])]))
  const variables: VariableSpec[] = []
  const updates = Object.entries(given.params).map(([name, { shape }]): Update => {
    const declare = (of: string, role: VariableSpec['role']): string => {
      const owner = role === 'parameter' ? {} : { of: name }
      variables.push({ name: of, type: { shape, dtype: 'float' }, role, ...owner })
      return of
    }
    const slots = descriptor.slots({ momentum })
    return {
      kind: 'optimizer',
      optimizer,
      variable: declare(name, 'parameter'),
      stacked: given.stacked?.includes(name) ?? false,
      slots: Object.fromEntries(slots.map((slot) => [slot, declare(`${slot}:${name}`, 'slot')])),
      mask: given.masks?.[name] ? declare(`mask:${name}`, 'mask') : null,
      gradient: builder.feed(`gradient:${name}`, shape),
      scalars,
      settings: { momentum, nesterov, weightDecay: given.without_decay?.includes(name) ? 0 : decay },
      constants,
    }
  })
  const program = { variables, functions: [builder.finish('step', [], updates)] }
  const executable = await backend.compile(program, { precision })
  const Float = precision === 'float64' ? Float64Array : Float32Array
  for (const [name, { data }] of Object.entries(given.params)) executable.write(name, Float.from(data))
  for (const [name, { data }] of Object.entries(given.masks ?? {}))
    executable.write(`mask:${name}`, Float.from(data))
  given.lr_per_step.forEach((lr, step) => {
    const feeds: Record<string, Feeds[string]> = { rate: Float.of(lr) }
    for (const [name, value] of Object.entries(descriptor.scalars(constants, step)))
      feeds[name] = Float.of(value)
    for (const [name, { data }] of Object.entries(given.grads_per_step[step])) {
      feeds[`gradient:${name}`] = Float.from(data)
    }
    executable.run('step', feeds)
    for (const [name, expected] of Object.entries(given.params_after_step[step])) {
      expectClose(`${given.name}, step ${step + 1}, ${name}`, executable.read(name), expected, tolerance)
    }
  })
  for (const { name, role, of } of variables) {
    const mask = role === 'slot' ? given.masks?.[of ?? '']?.data : undefined
    const kept = executable.read(name)
    mask?.forEach((bit, i) => {
      if (bit === 0 && kept[i] !== 0) throw new Error(`${given.name}: ${name}[${i}] is ${kept[i]}, masked`)
    })
  }
  executable.dispose()
}
