/** Variables as the ops of one function see them, and the token that tells that they were written. */
import type { GraphWriter } from '../../graphdef/emitter.ts'
import { DATA_TYPES } from '../../graphdef/messages.ts'
import type { Frame, LoopVariable } from './frame.ts'
import type { VariableSpec } from '../../program/types.ts'

/** The variables as the ops of one function see them: handles, and at most one read of each. */
export interface VariableScope {
  handle(variable: string): string
  read(variable: string): string
  /** References of all reads so far. */
  reads(): readonly string[]
}

/** A loop whose rounds are steps: reads wait until the writes of the round before are done. */
export interface StepLoop {
  readonly frame: Frame
  readonly order: LoopVariable
}

/** Handles and reads for one function; inside a loop they are the loop's own. */
export function scopeOf(
  writer: GraphWriter,
  handles: ReadonlyMap<string, string>,
  variables: readonly VariableSpec[],
  loop: StepLoop | null = null,
): VariableScope {
  const types = new Map(variables.map((spec) => [spec.name, spec.type]))
  const done = new Map<string, string>()
  const handle = (variable: string): string => {
    const found = handles.get(variable)
    if (found === undefined)
      throw new Error(`unknown variable ${variable}; known: ${[...handles.keys()].join(', ')}`)
    return loop ? loop.frame.invariant(found, DATA_TYPES.resource) : found
  }
  const read = (variable: string): string => {
    const known = done.get(variable)
    if (known) return known
    const dtype = { type: writer.dataType(types.get(variable)?.dtype ?? 'float') }
    const reference = writer.nodeAfter(
      'ReadVariableOp',
      [handle(variable)],
      loop ? [loop.order.current] : [],
      { dtype },
    )
    done.set(variable, reference)
    return reference
  }
  return { handle, read, reads: () => [...done.values()] }
}

/** A scalar that exists once the nodes `after` have run: only outputs can be asked for in a call. */
export function emitToken(writer: GraphWriter, after: readonly string[]): string {
  return writer.nodeAfter('Identity', [writer.constant('float', [], [0])], after, {
    T: { type: writer.floatType },
  })
}
