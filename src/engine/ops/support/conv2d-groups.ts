/** Grouped convolutions for TensorFlow, whose CPU kernels of the gradients know only one group. */
import type { GraphDefEmitter } from '../ir.ts'

/**
 * Emits one op, or with several groups one op a group: input k is split along `axes[k]`, the results are
 * joined along `resultAxis`. Returns the result's reference.
 */
export function perGroup(
  emit: GraphDefEmitter,
  groups: number,
  inputs: readonly string[],
  axes: readonly number[],
  resultAxis: number,
  operation: (inputs: readonly string[]) => string,
): string {
  if (groups === 1) return operation(inputs)
  const parts = inputs.map((input, k) => {
    const axis = emit.constant('int', [], [axes[k]])
    return emit.node('Split', [axis, input], { T: { type: emit.floatType }, num_split: { i: groups } })
  })
  const results = Array.from({ length: groups }, (_, group) =>
    operation(parts.map((part) => (group === 0 ? part : `${part}:${group}`))),
  )
  return emit.node('ConcatV2', [...results, emit.constant('int', [], [resultAxis])], {
    T: { type: emit.floatType },
    Tidx: { type: emit.dataType('int') },
    N: { i: groups },
  })
}
