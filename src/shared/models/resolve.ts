/** Fields of a layer as a model file writes them, turned into the values of a layer graph. */
import { LAYER_ACTIVATIONS } from '../graph/types.ts'
import { BenchError } from '../contract/errors.ts'
import { suggestion } from '../spec/nearest.ts'
import { valueText } from '../spec/parse.ts'
import { evaluateExpression } from './expression.ts'
import type { Scope } from './expression.ts'
import { allowedValue, fieldsOf } from './layer-fields.ts'
import type { FieldKind, LayerField } from './layer-fields.ts'
import type { LayerEntry } from './types.ts'

const PADDINGS: readonly unknown[] = ['same', 'valid', 'circular']

const isIndex = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0
const isPadding = (value: unknown): boolean => PADDINGS.includes(value) || isIndex(value)

/** Thrown inside, where only the value is known; `fieldValue` says which layer and field it is of. */
class Refused extends Error {}

function numberOf(value: unknown, scope: Scope): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value
  if (typeof value !== 'string') throw new Refused('')
  const result = evaluateExpression(value, scope)
  if (typeof result === 'string') throw new Refused(result)
  return result
}

/** Expressions are rounded to the nearest whole number, at least 1; numbers must be whole. */
function countOf(value: unknown, scope: Scope): number {
  const number = numberOf(value, scope)
  const count = typeof value === 'string' ? Math.max(1, Math.round(number)) : number
  if (!Number.isSafeInteger(count) || count < 1) throw new Refused('')
  return count
}

function resolved(kind: FieldKind, value: unknown, scope: Scope): unknown {
  switch (kind) {
    case 'count':
      return countOf(value, scope)
    case 'index':
      if (!isIndex(value)) throw new Refused('')
      return value
    case 'axes':
      if (!Array.isArray(value) || !value.every(isIndex)) throw new Refused('')
      return value
    case 'sides': {
      const sides: unknown[] = Array.isArray(value) ? value : [value, value]
      if (sides.length !== 2) throw new Refused('')
      return sides.map((side) => countOf(side, scope))
    }
    case 'shape':
      if (!Array.isArray(value) || value.length === 0) throw new Refused('')
      return value.map((side) => countOf(side, scope))
    case 'padding':
      if (Array.isArray(value) ? value.length !== 4 || !value.every(isIndex) : !isPadding(value))
        throw new Refused('')
      return value
    case 'activation': {
      if (value === '$activation') {
        if (scope.activation === undefined) throw new Refused('the model declares no setting “activation”')
        return scope.activation
      }
      if (!LAYER_ACTIVATIONS.some((name) => name === value)) {
        const nearest = suggestion(String(value), LAYER_ACTIVATIONS)
        throw new Refused(`known: ${LAYER_ACTIVATIONS.join(', ')}.${nearest}`)
      }
      return value
    }
    case 'boolean':
      if (typeof value !== 'boolean') throw new Refused('')
      return value
    case 'rate': {
      const rate = numberOf(value, scope)
      if (!(rate >= 0 && rate < 1)) throw new Refused('')
      return rate
    }
    case 'number':
      if (typeof value !== 'number' || !Number.isFinite(value)) throw new Refused('')
      return value
    case 'layer':
      if (typeof value !== 'string' || value === '') throw new Refused('')
      return value
    case 'positive':
      if (typeof value !== 'number' || !(value > 0) || !Number.isFinite(value)) throw new Refused('')
      return value
  }
}

/** The written value of a field, or its default. */
function writtenValue(entry: LayerEntry, name: string, field: LayerField): unknown {
  if (entry[name] !== undefined) return entry[name]
  const standard = field.default
  return typeof standard === 'string' && standard.startsWith('=') ? entry[standard.slice(1)] : standard
}

/**
 * All fields of a layer, resolved. Throws BenchError('bad-file') that names the layer, the field, what stands
 * there and what is allowed.
 */
export function resolveFields(entry: LayerEntry, path: string, scope: Scope): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fieldsOf(entry.kind)).flatMap(([name, field]) => {
      const value = writtenValue(entry, name, field)
      if (value === undefined && field.optional) return []
      try {
        return [[name, resolved(field.kind, value, scope)] as const]
      } catch (error) {
        if (!(error instanceof Refused)) throw error
        const why = error.message === '' ? '' : ` (${error.message})`
        throw new BenchError(
          'bad-file',
          `Layer “${entry.name}” (${entry.kind}): ${name} is ${valueText(value)}; ` +
            `it must be ${allowedValue(field.kind)}${why}.`,
          `${path}.${name}`,
        )
      }
    }),
  )
}
