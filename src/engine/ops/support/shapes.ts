/** Shape arithmetic and attribute reading that op files share. */
import type { Attributes, DType, TensorType } from '../ir.ts'

/** Row-major strides, in entries. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length)
  for (let axis = shape.length - 1, stride = 1; axis >= 0; axis--) {
    strides[axis] = stride
    stride *= shape[axis]
  }
  return strides
}

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((extent, axis) => extent === b[axis])
}

/** NumPy's broadcasting of two shapes. Throws when an axis differs and neither side is 1. */
export function broadcastShapes(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length)
  return Array.from({ length: rank }, (_, axis) => {
    const extentA = a[axis - rank + a.length] ?? 1
    const extentB = b[axis - rank + b.length] ?? 1
    if (extentA === extentB || extentB === 1) return extentA
    if (extentA === 1) return extentB
    throw new Error(`shapes [${a}] and [${b}] do not broadcast: axis ${axis} is ${extentA} and ${extentB}`)
  })
}

/** Strides of `shape` seen as `into` (right-aligned), 0 where it is repeated. */
export function broadcastStrides(shape: readonly number[], into: readonly number[]): number[] {
  const strides = stridesOf(shape)
  const shift = into.length - shape.length
  return into.map((_, axis) => (axis < shift || shape[axis - shift] === 1 ? 0 : strides[axis - shift]))
}

/** An axis counted from the front; negative ones count from the end. Throws when out of range. */
export function normalAxis(axis: number, rank: number): number {
  const normal = axis < 0 ? axis + rank : axis
  if (!Number.isInteger(normal) || normal < 0 || normal >= rank) {
    throw new Error(`axis ${axis} is not in −${rank} … ${rank - 1}`)
  }
  return normal
}

/** Throws unless there are exactly `count` inputs. */
export function expectInputs(inputs: readonly TensorType[], count: number): void {
  if (inputs.length !== count) throw new Error(`expected ${count} inputs, got ${inputs.length}`)
}

/** Throws unless the dtype is one of those allowed. */
export function expectDType(type: TensorType, ...allowed: readonly DType[]): void {
  if (!allowed.includes(type.dtype)) throw new Error(`expected ${allowed.join(' or ')}, got ${type.dtype}`)
}

export function numberAttribute(attributes: Attributes, name: string, otherwise?: number): number {
  const value = attributes[name] ?? otherwise
  if (typeof value !== 'number') throw new Error(`attribute ${name}: expected a number, got ${String(value)}`)
  return value
}

export function booleanAttribute(attributes: Attributes, name: string, otherwise = false): boolean {
  const value = attributes[name] ?? otherwise
  if (typeof value !== 'boolean')
    throw new Error(`attribute ${name}: expected a boolean, got ${String(value)}`)
  return value
}

export function stringAttribute(attributes: Attributes, name: string): string {
  const value = attributes[name]
  if (typeof value !== 'string') throw new Error(`attribute ${name}: expected a text, got ${String(value)}`)
  return value
}

export function listAttribute(attributes: Attributes, name: string): readonly number[] {
  const value = attributes[name]
  if (!Array.isArray(value))
    throw new Error(`attribute ${name}: expected a list of numbers, got ${String(value)}`)
  return value as readonly number[]
}

/** Reads the attribute `dtype`. */
export function dtypeAttribute(attributes: Attributes): DType {
  const value = attributes.dtype
  if (value !== 'float' && value !== 'int' && value !== 'bool') {
    throw new Error(`attribute dtype: expected float, int or bool, got ${String(value)}`)
  }
  return value
}
