/** What a method in JavaScript returns, read into arrays; throws AnswerError for what cannot be read. */
import { sizeOf } from '../../../shared/graph/shapes.ts'
import type { OwnArray } from '../types.ts'

/** The method's answer is not what the interface asks for. */
export class AnswerError extends Error {}

const isTyped = (value: unknown): value is Float64Array =>
  ArrayBuffer.isView(value) && !(value instanceof DataView)

/** An array of numbers or booleans, nested or not; null for what is no array. */
function flat(value: unknown): ArrayLike<unknown> | null {
  if (isTyped(value)) return value
  return Array.isArray(value) ? (value.flat(Number.POSITIVE_INFINITY) as unknown[]) : null
}

export function weightOf(value: unknown, shape: readonly number[]): OwnArray {
  const entries = flat(value)
  if (entries === null) throw new AnswerError('the weight is no array of numbers')
  const data = Float64Array.from(entries, (entry) => {
    if (typeof entry !== 'number')
      throw new AnswerError(`the weight holds ${String(entry)}, which is no number`)
    return entry
  })
  return { shape: [data.length === sizeOf(shape) ? shape : [data.length]].flat(), data }
}

export function maskOf(value: unknown, shape: readonly number[], what: string): OwnArray {
  const entries = flat(value)
  if (entries === null) throw new AnswerError(`${what} is no array of 0 and 1`)
  const data = Uint8Array.from(entries, (entry) => {
    const bit = Number(entry)
    if (bit !== 0 && bit !== 1)
      throw new AnswerError(`${what} holds ${String(entry)}; it may hold 0 and 1 only`)
    return bit
  })
  return { shape: [data.length === sizeOf(shape) ? shape : [data.length]].flat(), data }
}

/** One entry a layer, from a Map or an object by name, or a list in the order of the layers. */
export function byLayer(answer: unknown, names: readonly string[], what: string): unknown[] {
  if (typeof answer !== 'object' || answer === null) {
    throw new AnswerError(`${what} must return an object by layer name or a list, not ${String(answer)}`)
  }
  if (Array.isArray(answer)) {
    if (answer.length === names.length) return answer as unknown[]
    throw new AnswerError(`${what} returned ${answer.length} entries for ${names.length} layers`)
  }
  const entries = new Map<unknown, unknown>(answer instanceof Map ? answer : Object.entries(answer))
  const strange = [...entries.keys()].find((name) => !names.includes(String(name)))
  if (strange !== undefined)
    throw new AnswerError(`${what} returned an entry for “${String(strange)}”, which is no layer`)
  const missing = names.find((name) => !entries.has(name))
  if (missing !== undefined) throw new AnswerError(`${what} returned nothing for ${missing}`)
  return names.map((name) => entries.get(name))
}
