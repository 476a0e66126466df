/** Checkpoints as files: safetensors with the variables, and the step's bookkeeping as metadata. */
import { BenchError } from '../../shared/contract/errors.ts'
import { readSafetensors, writeSafetensors } from '../interchange/safetensors.ts'
import type { FloatArray } from '../ops/ir.ts'
import type { Checkpoint } from './types.ts'

/** Before the names of what the method of the masks keeps. */
const MEMORY = 'memory:'

const FORMAT = 'givens-bench checkpoint 1'

/**
 * The bytes of a checkpoint file. Numbers survive exactly: JSON prints the shortest text that reads back the
 * same.
 */
export function encodeCheckpoint(checkpoint: Checkpoint): Uint8Array {
  const arrays = [...checkpoint.variables].map(([name, data]) => ({ name, shape: [data.length], data }))
  for (const [name, data] of checkpoint.memory ?? []) {
    arrays.push({ name: `${MEMORY}${name}`, shape: [data.length], data })
  }
  const { step, best, wall, running } = checkpoint
  return writeSafetensors(arrays, { format: FORMAT, state: JSON.stringify({ step, best, wall, running }) })
}

/** Reads what encodeCheckpoint wrote. Throws BenchError('bad-file') for anything else. */
export function decodeCheckpoint(bytes: Uint8Array): Checkpoint {
  const { arrays, metadata } = readSafetensors(bytes)
  if (metadata['format'] !== FORMAT) {
    throw new BenchError(
      'bad-file',
      `Not a checkpoint of this program: its format is “${metadata['format'] ?? 'none'}”, ` +
        `expected “${FORMAT}”`,
    )
  }
  const state = JSON.parse(metadata['state']) as Omit<Checkpoint, 'variables'>
  const variables = new Map<string, FloatArray>()
  const memory = new Map<string, FloatArray>()
  for (const { name, data } of arrays) {
    if (!(data instanceof Float32Array || data instanceof Float64Array)) {
      throw new BenchError('bad-file', `Checkpoint: ${name} holds no floating-point numbers`, name)
    }
    if (name.startsWith(MEMORY)) memory.set(name.slice(MEMORY.length), data)
    else variables.set(name, data)
  }
  return { ...state, variables, ...(memory.size > 0 ? { memory } : {}) }
}
