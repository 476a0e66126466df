/**
 * Updates → TensorFlow's fused optimizer kernels. Every write waits for every read of the function, so that
 * all values are computed from the old variables; a kernel that finds the old memory still in use copies it
 * first.
 */
import type { GraphWriter } from '../../graphdef/emitter.ts'
import type { Value } from '../../ops/ir.ts'
import { emitToken } from './scope.ts'
import type { VariableScope } from './scope.ts'
import type { Update } from '../../program/types.ts'

type Sgd = Extract<Update, { kind: 'sgd' }>
type AdamW = Extract<Update, { kind: 'adamw' }>
type Lookup = (value: Value) => string

/**
 * A write that is ready but for its control inputs: given these, it emits its nodes and returns the last one.
 */
type Write = (after: readonly string[]) => string

/** Emits all updates and returns a token that exists when they are done; null when there are none. */
export function emitUpdates(
  writer: GraphWriter,
  updates: readonly Update[],
  lookup: Lookup,
  variables: VariableScope,
): string | null {
  if (updates.length === 0) return null
  const writes = updates.map((update): Write => {
    switch (update.kind) {
      case 'assign':
        return prepareAssign(writer, update.variable, lookup(update.value), variables)
      case 'sgd':
        return prepareSgd(writer, update, lookup, variables)
      case 'adamw':
        return prepareAdamW(writer, update, lookup, variables)
    }
  })
  const reads = variables.reads()
  return emitToken(
    writer,
    writes.map((write) => write(reads)),
  )
}

/** The copy keeps a variable from sharing memory with a feed or with another variable. */
function prepareAssign(
  writer: GraphWriter,
  variable: string,
  value: string,
  variables: VariableScope,
): Write {
  const type = { type: writer.floatType }
  const copy = writer.node('DeepCopy', [value], { T: type })
  return (after) =>
    writer.nodeAfter('AssignVariableOp', [variables.handle(variable), copy], after, {
      dtype: type,
      validate_shape: { b: false },
    })
}

/**
 * ResourceApplyMomentum computes v ← μ·v + g and then w ← w − rate·v or, with Nesterov, w ← w − (rate·g +
 * rate·μ·v): PyTorch's update with dampening 0.
 */
function prepareSgd(writer: GraphWriter, update: Sgd, lookup: Lookup, variables: VariableScope): Write {
  const type = { T: { type: writer.floatType } }
  let gradient = maskedGradient(writer, update, lookup, variables)
  if (update.weightDecay !== 0) {
    // Else it would be made at the start of the step, and held to the end.
    const decay = writer.nodeAfter(
      'Mul',
      [variables.read(update.variable), writer.constant('float', [], [update.weightDecay])],
      [gradient],
      type,
    )
    gradient = writer.node('AddV2', [gradient, decay], type)
  }
  const rate = lookup(update.rate)
  const weights = variables.handle(update.variable)
  if (update.velocity === null) {
    return (after) => writer.nodeAfter('ResourceApplyGradientDescent', [weights, rate, gradient], after, type)
  }
  const velocity = variables.handle(update.velocity)
  const momentum = writer.constant('float', [], [update.momentum])
  return (after) =>
    writer.nodeAfter('ResourceApplyMomentum', [weights, velocity, rate, gradient, momentum], after, {
      ...type,
      use_nesterov: { b: update.nesterov },
    })
}

/**
 * PyTorch: w ← w − (rate/c₁)·m / (√v/√c₂ + ε) = w − (rate·√c₂/c₁)·m / (√v + ε·√c₂), where c₁, c₂ are the bias
 * corrections. ResourceApplyAdam subtracts rate'·√(1−β₂ᵗ)/(1−β₁ᵗ)·m / (√v + ε'); it gets both powers as 0,
 * since 1 − (1 − c) would lose digits in float32, and rate' and ε' with the corrections in them.
 */
function prepareAdamW(writer: GraphWriter, update: AdamW, lookup: Lookup, variables: VariableScope): Write {
  const type = { T: { type: writer.floatType } }
  const number = (value: number): string => writer.constant('float', [], [value])
  const rate = lookup(update.rate)
  const gradient = maskedGradient(writer, update, lookup, variables)
  const root = writer.node('Sqrt', [lookup(update.correction2)], type)
  const quotient = writer.node('RealDiv', [root, lookup(update.correction1)], type)
  const correctedRate = writer.node('Mul', [rate, quotient], type)
  const epsilon = writer.node('Mul', [root, number(update.epsilon)], type)
  const weights = variables.handle(update.variable)
  const decayed =
    update.weightDecay === 0
      ? null
      : writer.node(
          'Mul',
          [variables.read(update.variable), writer.node('Mul', [rate, number(update.weightDecay)], type)],
          type,
        )
  return (after) => {
    const first =
      decayed === null
        ? after
        : [...after, writer.nodeAfter('AssignSubVariableOp', [weights, decayed], after, { dtype: type.T })]
    const inputs = [
      weights,
      variables.handle(update.first),
      variables.handle(update.second),
      number(0),
      number(0),
      correctedRate,
      number(update.beta1),
      number(update.beta2),
      epsilon,
      gradient,
    ]
    return writer.nodeAfter('ResourceApplyAdam', inputs, first, type)
  }
}

function maskedGradient(
  writer: GraphWriter,
  update: Sgd | AdamW,
  lookup: Lookup,
  variables: VariableScope,
): string {
  const gradient = lookup(update.gradient)
  if (update.mask === null) return gradient
  return writer.node('Mul', [gradient, variables.read(update.mask)], { T: { type: writer.floatType } })
}
