/** Files of weights as a user names them: read, hashed, matched to a model. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { BenchError } from '../../shared/contract/errors.ts'
import type { ParameterSpec } from '../../shared/graph/types.ts'
import type { RunSpec } from '../../shared/spec/schema.ts'
import type { ModelState } from '../program/types.ts'
import { nameOf } from './layouts.ts'
import type { Naming } from './layouts.ts'
import { readNpz } from './npz.ts'
import { refuseDevice } from './plain-file.ts'
import { readSafetensors } from './safetensors.ts'
import { plainName, stateFromArrays } from './state.ts'
import { TORCH_HINT } from './types.ts'
import type { NamedArray } from './types.ts'

export type WeightsFileSettings = RunSpec['initialization']['file']

const WHERE = 'initialization.file.path'

/** The bytes of a file. Throws BenchError: `not-found`, or `bad-file` for what is no readable file. */
export function readWeightsBytes(path: string): Uint8Array {
  refuseDevice(path, WHERE)
  try {
    return readFileSync(path)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (code === 'ENOENT')
      throw new BenchError('not-found', `There is no weights file ${path}.`, WHERE, { cause: error })
    throw new BenchError(
      'bad-file',
      `The weights file ${path} cannot be read: ` +
        (code === 'EISDIR' ? 'it is a folder.' : error instanceof Error ? error.message : String(error)),
      WHERE,
      { cause: error },
    )
  }
}

/** SHA-256 of a file's bytes, hexadecimal. */
export const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** The arrays of a .npz or .safetensors file, told by its content. Throws BenchError('bad-file'). */
export function arraysOf(path: string, bytes: Uint8Array): readonly NamedArray[] {
  const isZip = bytes[0] === 0x50 && bytes[1] === 0x4b
  if (!isZip && !path.toLowerCase().endsWith('.safetensors')) {
    throw new BenchError(
      'bad-file',
      `${path} is neither a NumPy archive (.npz) nor named .safetensors. ${TORCH_HINT}`,
      WHERE,
    )
  }
  return isZip ? readNpz(bytes) : readSafetensors(bytes).arrays
}

/** The naming that most names of a file fit; the bench's own in doubt. Biases are named alike in both. */
export function namingOf(parameters: readonly ParameterSpec[], arrays: readonly NamedArray[]): Naming {
  const names = new Set(arrays.map(({ name }) => plainName(name).replace(/_orig$/, '')))
  const fit = (naming: Naming): number =>
    parameters.filter((parameter) => names.has(nameOf(parameter, naming))).length
  return fit('pytorch') > fit('bench') ? 'pytorch' : 'bench'
}

/**
 * The state of a model from the file that a specification names. Throws BenchError: `not-found` for a missing
 * file; `bad-file` for one whose content is no longer what the run was made with, that cannot be read, or
 * that does not hold exactly the model's parameters in their shapes (state.ts).
 */
export function loadWeights(
  parameters: readonly ParameterSpec[],
  { path, sha256, naming }: WeightsFileSettings,
): ModelState {
  const bytes = readWeightsBytes(path)
  if (sha256 !== '' && hashOf(bytes) !== sha256.toLowerCase()) {
    throw new BenchError(
      'bad-file',
      `${path} has changed: its SHA-256 is ${hashOf(bytes).slice(0, 12)}…, the run was made with ` +
        `${sha256.slice(0, 12)}…. Bring the file back, or start a new run.`,
      WHERE,
    )
  }
  const arrays = arraysOf(path, bytes)
  return stateFromArrays(parameters, arrays, naming === 'auto' ? namingOf(parameters, arrays) : naming)
}
