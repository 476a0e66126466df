/** A model's state as named arrays, and back. */
import { BenchError } from '../../shared/contract/errors.ts'
import type { ParameterSpec } from '../../shared/graph/types.ts'
import { suggestion } from '../../shared/spec/nearest.ts'
import type { ModelState } from '../program/types.ts'
import { fromLayout, maskNameOf, nameOf, shapeIn, toLayout } from './layouts.ts'
import type { Naming } from './layouts.ts'
import type { NamedArray } from './types.ts'

export interface ArraysOptions {
  /** Names and layouts; default the bench's own. */
  readonly naming?: Naming
  /** Default float32, as networks are trained; float64 keeps an initialization exact. */
  readonly precision?: 'float32' | 'float64'
}

/** Parameters and masks (uint8) of a state, in the order of the parameters. */
export function stateToArrays(
  parameters: readonly ParameterSpec[],
  state: ModelState,
  options: ArraysOptions = {},
): NamedArray[] {
  const naming = options.naming ?? 'bench'
  return parameters.flatMap((parameter) => {
    const values = state.parameters.get(parameter.name)
    if (!values) throw new Error(`interchange: no values for ${parameter.name}`)
    const cast = options.precision === 'float64' ? Float64Array.from(values) : Float32Array.from(values)
    const shape = shapeIn(parameter, naming)
    const arrays: NamedArray[] = [
      { name: nameOf(parameter, naming), shape, data: toLayout(parameter, cast, naming) },
    ]
    const mask = state.masks.get(parameter.name)
    if (mask)
      arrays.push({ name: maskNameOf(parameter, naming), shape, data: toLayout(parameter, mask, naming) })
    return arrays
  })
}

/**
 * Names in PyTorch's files that are no parameter of ours: batch norm's counters of batches, and the count of
 * torch.optim.swa_utils.AveragedModel.
 */
const IGNORED = /(^|\.)num_batches_tracked$|^n_averaged$/

/** What torch.nn.DataParallel, AveragedModel and torch.compile put before every name. */
const WRAPPERS = /^((module|_orig_mod)\.)+/

/** What torch.compile, FSDP and checkpointing put into the names of what they wrap. */
const WITHIN = /(^|\.)(_orig_mod|_fsdp_wrapped_module|_checkpoint_wrapped_module)(?=\.)/g

/** A name without the wrappers in which a model was saved. */
export const plainName = (name: string): string =>
  name.replace(WITHIN, '').replace(/^\./, '').replace(WRAPPERS, '')

/** Arrays by their plain names. Throws BenchError('bad-file') where two have the same. */
function byPlainName(arrays: readonly NamedArray[]): Map<string, NamedArray> {
  const byName = new Map<string, NamedArray>()
  for (const array of arrays) {
    const before = byName.get(plainName(array.name))
    if (before !== undefined)
      throw new BenchError(
        'bad-file',
        `The file holds ${before.name} and ${array.name}, which are one parameter of the model.`,
        array.name,
      )
    byName.set(plainName(array.name), array)
  }
  return byName
}

/** What a file should have held, or holds, in a message. */
function listed(names: readonly string[]): string {
  const shown = names.slice(0, 8).join(', ')
  return names.length > 8 ? `${shown} and ${names.length - 8} more` : shown
}

function refuseUnknown(
  parameters: readonly ParameterSpec[],
  byName: ReadonlyMap<string, NamedArray>,
  naming: Naming,
): void {
  const known = new Set(
    parameters.flatMap((parameter) => {
      const name = nameOf(parameter, naming)
      const mask = parameter.maskable ? [maskNameOf(parameter, naming)] : []
      return naming === 'pytorch' ? [name, `${name}_orig`, ...mask] : [name, ...mask]
    }),
  )
  const plain = new Set([...known].map(plainName))
  const unknown = [...byName.keys()].filter((name) => !plain.has(name) && !IGNORED.test(name))
  if (unknown.length === 0) return
  const names = parameters.map((parameter) => nameOf(parameter, naming))
  throw new BenchError(
    'bad-file',
    `The model has no ${listed(unknown)}.${suggestion(unknown[0], names)} Its parameters are ` +
      `${names.join(', ')}; a mask is named as ${maskNameOf(parameters[0], naming)}.`,
    unknown[0],
  )
}

/**
 * The state of a model from named arrays. Every parameter must be there in its shape and finite, and nothing
 * else; a missing mask of a maskable kernel is read off its zeros. Weights outside a mask become 0. With
 * PyTorch's names, `weight_orig` (torch.nn.utils.prune) stands for `weight`, and batch norm's
 * num_batches_tracked is passed over. Throws BenchError('bad-file') naming the array, what its shape is and
 * what is expected.
 */
export function stateFromArrays(
  parameters: readonly ParameterSpec[],
  arrays: readonly NamedArray[],
  naming: Naming = 'bench',
): ModelState {
  const byName = byPlainName(arrays)
  const take = (name: string, parameter: ParameterSpec): NamedArray | null => {
    const array = byName.get(plainName(name))
    if (!array) return null
    const expected = shapeIn(parameter, naming)
    if (array.shape.length !== expected.length || expected.some((side, axis) => side !== array.shape[axis])) {
      throw new BenchError(
        'bad-file',
        `${name}: its shape is [${array.shape.join(', ')}], the model expects [${expected.join(', ')}].`,
        name,
      )
    }
    if (array.data.some((value) => !Number.isFinite(value)))
      throw new BenchError('bad-file', `${name}: it holds entries that are NaN or infinite.`, name)
    return array
  }
  const state: ModelState = { parameters: new Map(), masks: new Map() }
  for (const parameter of parameters) {
    const name = nameOf(parameter, naming)
    const array = take(name, parameter) ?? (naming === 'pytorch' ? take(`${name}_orig`, parameter) : null)
    if (!array) {
      throw new BenchError(
        'bad-file',
        `${name} [${shapeIn(parameter, naming).join(', ')}] is missing. ` +
          `The file holds ${listed([...byName.keys()])}.`,
        name,
      )
    }
    const values = fromLayout(parameter, Float64Array.from(array.data), naming)
    state.parameters.set(parameter.name, values)
    if (!parameter.maskable) continue
    const given = take(maskNameOf(parameter, naming), parameter)
    const mask = given
      ? fromLayout(
          parameter,
          Uint8Array.from(given.data, (bit) => (bit === 0 ? 0 : 1)),
          naming,
        )
      : Uint8Array.from(values, (value) => (value === 0 ? 0 : 1))
    for (let k = 0; k < values.length; k++) if (mask[k] === 0) values[k] = 0
    state.masks.set(parameter.name, mask)
  }
  refuseUnknown(parameters, byName, naming)
  return state
}
