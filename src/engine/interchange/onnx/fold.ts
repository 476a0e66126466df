/** Operators on tensors of the file alone: the arithmetic of shapes, and weights that are rearranged. */
import { sizeOf } from '../../../shared/graph/shapes.ts'
import { constant, integers, reshaped, scalarOf, transposed, whole } from './constant.ts'
import type { Constant } from './constant.ts'
import type { Context } from './context.ts'
import { cutsOf, fromEnd, reshapeTarget, squeezed, unsqueezed } from './extents.ts'
import { unable } from './failure.ts'

/** Entries of a computed constant at most: an exporter folds larger ones itself. */
const MOST_ENTRIES = 2 ** 26

const truth = (value: boolean): number => (value ? 1 : 0)

/** Elementwise operators by name, with NumPy's broadcasting. */
const ELEMENTWISE: Readonly<Record<string, (a: number, b: number, c: number) => number>> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b) => a / b,
  Mod: (a, b) => a - b * Math.floor(a / b),
  Pow: (a, b) => a ** b,
  Min: (a, b) => Math.min(a, b),
  Max: (a, b) => Math.max(a, b),
  Equal: (a, b) => truth(a === b),
  Less: (a, b) => truth(a < b),
  LessOrEqual: (a, b) => truth(a <= b),
  Greater: (a, b) => truth(a > b),
  GreaterOrEqual: (a, b) => truth(a >= b),
  And: (a, b) => truth(a !== 0 && b !== 0),
  Or: (a, b) => truth(a !== 0 || b !== 0),
  Not: (a) => truth(a === 0),
  Where: (a, b, c) => (a !== 0 ? b : c),
  Neg: (a) => -a,
  Abs: (a) => Math.abs(a),
  Sqrt: (a) => Math.sqrt(a),
  Exp: (a) => Math.exp(a),
  Reciprocal: (a) => 1 / a,
  Floor: (a) => Math.floor(a),
  Ceil: (a) => Math.ceil(a),
  Sin: (a) => Math.sin(a),
  Cos: (a) => Math.cos(a),
  Clip: (a, low, high) => Math.min(Math.max(a, low), high),
}

/** Operators that are computed for tensors of the file and have no form as a layer. */
export const FOLDED: ReadonlySet<string> = new Set([
  ...Object.keys(ELEMENTWISE),
  'ConstantOfShape',
  'Range',
  'Trilu',
])

/** Operators whose result is of whole numbers whatever they are given. */
const TRUTHS: ReadonlySet<string> = new Set([
  'Equal',
  'Less',
  'LessOrEqual',
  'Greater',
  'GreaterOrEqual',
  'And',
  'Or',
  'Not',
])

/** Computes a node whose inputs are all in the file. Throws NotImportable for unknown operators. */
export function fold(context: Context, inputs: readonly (Constant | null)[]): Constant {
  const { node } = context
  const [a, b] = inputs
  const f = Object.hasOwn(ELEMENTWISE, node.op) ? ELEMENTWISE[node.op] : null
  if (f) {
    const bounds = [scalar(-Infinity), scalar(Infinity)]
    const all = node.op === 'Clip' ? [a, inputs[1] ?? bounds[0], inputs[2] ?? bounds[1]] : inputs
    const given = all.filter((input) => input !== null && input !== undefined)
    return broadcast(given, (x, y, z) => f(x, y, z), node.op)
  }
  if (!a) return unable('none of its inputs is given')
  switch (node.op) {
    case 'Identity':
    case 'Dropout':
      return a
    case 'Cast':
      return cast(a, context.number('to', 1))
    case 'Transpose':
      return transposed(a, context.integers('perm', -1) ?? [...a.shape.keys()].reverse())
    case 'Reshape':
      return reshaped(
        a,
        reshapeTarget(a.shape, integers(b ?? whole([])), context.number('allowzero', 0) === 1),
      )
    case 'Unsqueeze':
      return reshaped(a, unsqueezed(a.shape, context.integers('axes', 1) ?? []))
    case 'Squeeze':
      return reshaped(a, squeezed(a.shape, context.integers('axes', 1)))
    case 'Flatten': {
      const axis = fromEnd(context.number('axis', 1), a.shape.length + 1)
      return reshaped(a, [sizeOf(a.shape.slice(0, axis)), sizeOf(a.shape.slice(axis))])
    }
    case 'Gather':
      return gather(a, b ?? whole([]), fromEnd(context.number('axis', 0), a.shape.length))
    case 'Concat':
      return concat(
        inputs.filter((input) => input !== null),
        context.number('axis', 0),
      )
    case 'Slice':
      return sliced(context, a)
    case 'ConstantOfShape': {
      const value = node.attributes.get('value')
      const filling = typeof value === 'object' && 'kind' in value ? value : null
      const shape = bounded(integers(a))
      return constant(
        shape,
        new Float64Array(sizeOf(shape)).fill(filling?.data[0] ?? 0),
        filling?.integer ?? false,
      )
    }
    case 'Expand': {
      const shape = integers(b ?? whole([]))
      const batch = context.all.batch[0]?.size
      const axis = shape.findIndex((side, k) => side === batch && a.shape[k] === 1)
      if (axis === 0 && shape.length === a.shape.length) {
        const rest = shape.map((side, k) => (k === axis ? 1 : side))
        return { ...broadcast([a, zeros(rest)], (x) => x, 'Expand', a.origin), batchAxis: axis }
      }
      return broadcast([a, zeros(bounded(shape))], (x) => x, 'Expand', a.origin)
    }
    case 'Trilu':
      return triangle(a, b ? (scalarOf(b) ?? 0) : 0, context.number('upper', 1) !== 0)
    case 'Range': {
      const [from, to, step] = inputs.map((input) => (input ? (scalarOf(input) ?? 0) : 0))
      const count = Math.max(Math.ceil((to - from) / step), 0)
      bounded([count])
      return constant(
        [count],
        Float64Array.from({ length: count }, (_, k) => from + k * step),
        a.integer,
      )
    }
    default:
      return unable(
        'it computes with tensors of the file in a way that is not known. What works: weights that ' +
          'stand in the file as they are used',
      )
  }
}

const scalar = (value: number): Constant => constant([], Float64Array.of(value), true)

const zeros = (shape: readonly number[]): Constant =>
  constant(shape, new Float64Array(sizeOf(bounded(shape))), true)

function bounded(shape: readonly number[]): readonly number[] {
  const bad =
    shape.some((side) => !Number.isSafeInteger(side) || side < 0) || !(sizeOf(shape) <= MOST_ENTRIES)
  return bad ? unable(`it makes a tensor of [${shape}]`) : shape
}

function cast(value: Constant, to: number): Constant {
  const integer = ![1, 10, 11, 16].includes(to)
  const data =
    integer && !value.integer ? value.data.map(to === 9 ? (x) => truth(x !== 0) : Math.trunc) : value.data
  return constant(value.shape, data, integer, value.origin)
}

function broadcast(
  values: readonly Constant[],
  f: (a: number, b: number, c: number) => number,
  op: string,
  origin: string | null = null,
): Constant {
  const rank = Math.max(...values.map(({ shape }) => shape.length))
  const shapes = values.map(({ shape }) => [...Array<number>(rank - shape.length).fill(1), ...shape])
  const shape = Array.from({ length: rank }, (_, axis) => {
    const sides = shapes.map((each) => each[axis]).filter((side) => side !== 1)
    if (new Set(sides).size > 1)
      unable(`it joins [${values.map((value) => value.shape.join(', ')).join('] and [')}]`)
    return sides[0] ?? 1
  })
  const strides = shapes.map((each) =>
    each.map((side, axis) => (side === 1 ? 0 : sizeOf(each.slice(axis + 1)))),
  )
  const data = new Float64Array(sizeOf(bounded(shape)))
  const integer = TRUTHS.has(op) || values.slice(op === 'Where' ? 1 : 0).every((value) => value.integer)
  for (let to = 0; to < data.length; to++) {
    const at = [0, 0, 0]
    for (let axis = rank - 1, rest = to; axis >= 0; axis--) {
      const place = rest % shape[axis]
      rest = (rest - place) / shape[axis]
      for (let k = 0; k < values.length && k < 3; k++) at[k] += place * strides[k][axis]
    }
    const [x, y, z] = [0, 1, 2].map((k) => values[k]?.data[at[k]] ?? 0)
    const result = f(x, y, z)
    data[to] = integer && op === 'Div' ? Math.trunc(result) : result
  }
  return constant(shape, data, integer, origin)
}

/** The entries of a matrix (of each, of several) above or below a diagonal, zeros elsewhere. */
function triangle(value: Constant, diagonal: number, upper: boolean): Constant {
  const [rows, columns] = value.shape.slice(-2)
  if (columns === undefined) return unable('it takes a triangle of what is no matrix')
  const data = value.data.map((entry, k) => {
    const above = (k % columns) - (Math.floor(k / columns) % rows)
    return (upper ? above >= diagonal : above <= diagonal) ? entry : 0
  })
  return constant(value.shape, data, value.integer)
}

function gather(value: Constant, indices: Constant, axis: number): Constant {
  const side = value.shape[axis] ?? 1
  const inner = sizeOf(value.shape.slice(axis + 1))
  const outer = sizeOf(value.shape.slice(0, axis))
  const places = integers(indices).map((index) => fromEnd(index, side))
  const shape = bounded([...value.shape.slice(0, axis), ...indices.shape, ...value.shape.slice(axis + 1)])
  const data = new Float64Array(sizeOf(shape))
  for (let o = 0, to = 0; o < outer; o++) {
    for (const place of places) {
      const from = (o * side + place) * inner
      for (let i = 0; i < inner; i++) data[to++] = value.data[from + i]
    }
  }
  return constant(shape, data, value.integer)
}

function concat(values: readonly Constant[], given: number): Constant {
  const [first] = values
  const axis = fromEnd(given, first.shape.length)
  const outer = sizeOf(first.shape.slice(0, axis))
  const widths = values.map(({ shape }) => sizeOf(shape.slice(axis)))
  const sides = values.map(({ shape }) => shape[axis])
  const shape = first.shape.map((side, k) => (k === axis ? sides.reduce((sum, each) => sum + each, 0) : side))
  const data = new Float64Array(sizeOf(bounded(shape)))
  let to = 0
  for (let o = 0; o < outer; o++) {
    values.forEach((value, k) => {
      for (let i = 0; i < widths[k]; i++) data[to++] = value.data[o * widths[k] + i]
    })
  }
  return constant(
    shape,
    data,
    values.every(({ integer }) => integer),
  )
}

function sliced(context: Context, value: Constant): Constant {
  return cutsOf(context, value.shape).reduce((from, { axis, begin, count, step }) => {
    const places = whole(Array.from({ length: count }, (_, k) => begin + k * step))
    return gather(from, places, axis)
  }, value)
}
