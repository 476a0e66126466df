/**
 * Where parameters live. Those of equal role and shape are stacked in one variable [L, …shape], in the order
 * of the layers, so that a deep network has a handful of variables, reads and updates in place of thousands.
 */
import { parametersOf } from '../../shared/graph/parameters.ts'
import type { LayerGraph, ParameterSpec } from '../../shared/graph/types.ts'
import { BenchError } from '../../shared/contract/errors.ts'
import type { VariableSpec } from './types.ts'
import type { FloatArray } from '../ops/ir.ts'
import { sizeOf } from '../../shared/graph/shapes.ts'
import type { ModelState, ParameterLayout, ParameterLocation } from './types.ts'

/**
 * Entries of a variable at most: 256 MB in float32. 1000 convolutions of width 128 would be one tensor of
 * 590 MB, which with its copies on the way in and out is more than the runtime's heap of buffers can place.
 */
const MOST_ENTRIES = 2 ** 26

/**
 * The layout of a model. With `masked` false there are no mask variables. A stack that would have more than
 * `mostEntries` is cut into parts; a parameter of more is a variable of its own.
 */
export function layoutOf(graph: LayerGraph, masked = true, mostEntries = MOST_ENTRIES): ParameterLayout {
  const counts = new Map<string, number>()
  const parameters = parametersOf(graph)
  for (const parameter of parameters) {
    const key = stackName(parameter)
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  const seen = new Map<string, number>()
  const locations = parameters.map((parameter): ParameterLocation => {
    const key = stackName(parameter)
    const count = counts.get(key) ?? 1
    const place = seen.get(key) ?? 0
    seen.set(key, place + 1)
    const most = Math.max(1, Math.floor(mostEntries / sizeOf(parameter.shape)))
    const part = Math.floor(place / most)
    if (Math.min(most, count - part * most) === 1) return { parameter, variable: parameter.name, index: null }
    return { parameter, variable: count > most ? `${key}:part${part + 1}` : key, index: place % most }
  })
  const maskable = locations.filter((location) => masked && location.parameter.maskable)
  return { locations, maskOf: new Map(maskable.map(({ variable }) => [variable, `mask:${variable}`])) }
}

/** Members of a stack are all maskable or none is, so that a mask variable has the shape of its parameter. */
function stackName({ role, shape, maskable }: ParameterSpec): string {
  return `stack:${role}:${shape.join('x')}${maskable ? ':maskable' : ''}`
}

/** The locations in each variable, by index. */
export function locationsByVariable(
  layout: Pick<ParameterLayout, 'locations'>,
): Map<string, ParameterLocation[]> {
  const groups = new Map<string, ParameterLocation[]>()
  for (const location of layout.locations) {
    const group = groups.get(location.variable)
    if (group) group.push(location)
    else groups.set(location.variable, [location])
  }
  return groups
}

/** Shape of the variable that parameters lie in. */
export function variableShape(members: readonly ParameterLocation[]): number[] {
  const [
    {
      parameter: { shape },
      index,
    },
  ] = members
  return index === null ? [...shape] : [members.length, ...shape]
}

/** Parameters, running statistics and masks as variables of a program. */
export function layoutVariables(layout: ParameterLayout): VariableSpec[] {
  const groups = [...locationsByVariable(layout)]
  const type = (members: readonly ParameterLocation[]): VariableSpec['type'] => ({
    shape: variableShape(members),
    dtype: 'float',
  })
  const values = groups.map(([name, members]): VariableSpec => ({
    name,
    type: type(members),
    role: members[0].parameter.trainable ? 'parameter' : 'statistic',
  }))
  const masks = groups.flatMap(([of, members]): VariableSpec[] => {
    const name = layout.maskOf.get(of)
    return name === undefined ? [] : [{ name, type: type(members), role: 'mask', of }]
  })
  return [...values, ...masks]
}

/**
 * The variables of a model's state. Weights are written exactly 0 where their mask is 0; kernels without a
 * mask get one of ones. Throws BenchError('impossible') when a parameter is missing or has another size.
 */
export function packState(layout: ParameterLayout, state: ModelState): Map<string, FloatArray> {
  return new Map(packedVariables(layout, state))
}

/**
 * The same, one variable after the other: a network of 1000 wide convolutions has more than a gigabyte in
 * each, and the runtime holds four in all. `precision` is that of the values: what is to be computed in
 * float32 needs no more.
 */
export function* packedVariables(
  layout: ParameterLayout,
  state: ModelState,
  precision: 'float32' | 'float64' = 'float64',
): Generator<[variable: string, values: FloatArray]> {
  for (const [variable, members] of locationsByVariable(layout)) {
    // Made in functions of their own, so that nothing here holds one while the next is made.
    const maskName = layout.maskOf.get(variable)
    if (maskName !== undefined) yield [maskName, packedMask(members, state)]
    yield [variable, packedValues(members, state, precision)]
  }
}

function packedValues(
  members: readonly ParameterLocation[],
  state: ModelState,
  precision: 'float32' | 'float64',
): FloatArray {
  const size = sizeOf(members[0].parameter.shape)
  const Float = precision === 'float64' ? Float64Array : Float32Array
  const values = new Float(size * members.length)
  members.forEach(({ parameter: { name } }, i) => {
    values.set(sized(name, state.parameters.get(name), size), i * size)
    const mask = state.masks.get(name)
    if (!mask) return
    sized(`mask of ${name}`, mask, size)
    for (let k = 0; k < size; k++) if (mask[k] === 0) values[i * size + k] = 0
  })
  return values
}

/** Ones and zeros, which either precision holds exactly. */
function packedMask(members: readonly ParameterLocation[], state: ModelState): FloatArray {
  const size = sizeOf(members[0].parameter.shape)
  const masks = new Float32Array(size * members.length).fill(1)
  members.forEach(({ parameter: { name } }, i) => {
    const mask = state.masks.get(name)
    if (mask) masks.set(sized(`mask of ${name}`, mask, size), i * size)
  })
  return masks
}

/** The inverse of packState; other variables (optimizer slots) are ignored. */
export function unpackState(layout: ParameterLayout, variables: ReadonlyMap<string, FloatArray>): ModelState {
  const state: ModelState = { parameters: new Map(), masks: new Map() }
  for (const {
    parameter: { name, shape },
    variable,
    index,
  } of layout.locations) {
    const size = sizeOf(shape)
    const from = (index ?? 0) * size
    const part = (of: string): FloatArray => {
      const data = variables.get(of)
      if (!data) throw new BenchError('impossible', `variable ${of} is missing`, name)
      return data.slice(from, from + size)
    }
    state.parameters.set(name, part(variable))
    const mask = layout.maskOf.get(variable)
    if (mask !== undefined) state.masks.set(name, new Uint8Array(part(mask)))
  }
  return state
}

function sized<Data extends FloatArray | Uint8Array>(
  name: string,
  data: Data | undefined,
  size: number,
): Data {
  if (!data) throw new BenchError('impossible', 'the state holds no values for it', name)
  if (data.length !== size) {
    throw new BenchError('impossible', `the state holds ${data.length} values, it takes ${size}`, name)
  }
  return data
}
