/**
 * Updates → TensorFlow nodes. Every write waits for every read of the function, so that all values are
 * computed from the old variables; a kernel that finds the old memory still in use copies it first.
 */
import type { GraphWriter } from '../../graphdef/emitter.ts'
import type { Value } from '../../ops/ir.ts'
import type { OptimizerUpdate, Update } from '../../program/types.ts'
import { OPTIMIZER_FORMS } from '../optimizers/index.ts'
import type { Write } from '../optimizers/types.ts'
import { emitToken } from './scope.ts'
import type { VariableScope } from './scope.ts'

type Lookup = (value: Value) => string

/** Emits all updates and returns a token that exists when they are done; null when there are none. */
export function emitUpdates(
  writer: GraphWriter,
  updates: readonly Update[],
  lookup: Lookup,
  variables: VariableScope,
): string | null {
  if (updates.length === 0) return null
  const writes = updates.map((update) =>
    update.kind === 'assign'
      ? prepareAssign(writer, update.variable, lookup(update.value), variables)
      : prepareStep(writer, update, lookup, variables),
  )
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

function prepareStep(
  writer: GraphWriter,
  update: OptimizerUpdate,
  lookup: Lookup,
  variables: VariableScope,
): Write {
  const { variable, slots, mask, gradient, scalars, stacked, settings, constants } = update
  const given = lookup(gradient)
  const type = { T: { type: writer.floatType } }
  const each = <From, To>(record: Readonly<Record<string, From>>, make: (from: From) => To) =>
    Object.fromEntries(Object.entries(record).map(([name, from]) => [name, make(from)]))
  return OPTIMIZER_FORMS[update.optimizer].tensorflow({
    writer,
    weights: variables.handle(variable),
    slots: each(slots, (name) => variables.handle(name)),
    gradient: mask === null ? given : writer.node('Mul', [given, variables.read(mask)], type),
    scalars: each(scalars, lookup),
    parameterAxes: gradient.type.shape.map((_, axis) => axis).slice(stacked ? 1 : 0),
    settings,
    constants,
    readWeights: () => variables.read(variable),
    readSlot: (name) => variables.read(slots[name]),
  })
}
