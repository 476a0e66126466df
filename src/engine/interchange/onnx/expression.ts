/**
 * Functions of one number, as exporters spell them: GELU is a division, an error function, an addition and
 * two products. They are recognised by what they compute, not by how it is spelled.
 */
import { errorFunction } from '../../../shared/theory/error-function.ts'
import type { LayerActivation } from '../../../shared/graph/types.ts'
import { unable } from './failure.ts'
import type { View } from './view.ts'

export type Expression =
  | { readonly op: 'argument' }
  | { readonly op: 'number'; readonly value: number }
  | {
      readonly op: 'apply'
      /** ONNX's operator. */
      readonly name: string
      readonly f: (...values: number[]) => number
      readonly of: readonly Expression[]
      readonly size: number
    }

/** A function applied to each entry of a value. */
export interface Applied {
  readonly kind: 'applied'
  readonly view: View
  readonly expression: Expression
}

export const ARGUMENT: Expression = { op: 'argument' }

/** Operations of an expression at most; what is longer is no spelling of one activation. */
const LONGEST = 48

const sizeOfPart = (part: Expression): number => (part.op === 'apply' ? part.size : 1)

/** An operation on expressions. Throws where it gets too long to be looked into. */
export function apply(
  name: string,
  f: (...values: number[]) => number,
  of: readonly Expression[],
): Expression {
  const size = of.reduce((sum, part) => sum + sizeOfPart(part), 1)
  if (size > LONGEST) unable('it ends a longer formula of elementwise operations than is looked into')
  return { op: 'apply', name, f, of, size }
}

/** The value of an expression, `at` standing for the argument or for any part of the expression. */
export function valueAt(expression: Expression, at: number, part: Expression = ARGUMENT): number {
  if (expression === part) return at
  switch (expression.op) {
    case 'argument':
      // The argument outside the part: what is asked for is no function of the part alone.
      return part === ARGUMENT || part.op === 'argument' ? at : Number.NaN
    case 'number':
      return expression.value
    case 'apply':
      return expression.f(...expression.of.map((each) => valueAt(each, at, part)))
  }
}

/** All parts of an expression that hold the argument, from the argument outwards. */
export function partsOf(expression: Expression): Expression[] {
  if (expression.op !== 'apply') return expression.op === 'argument' ? [expression] : []
  const inner = expression.of.flatMap(partsOf)
  return inner.length === 0 ? [] : [...new Set([...inner, expression])]
}

const relu6 = (x: number): number => Math.min(Math.max(x, 0), 6)
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))
const SELU_SCALE = 1.0507009873554805
const SELU_ALPHA = 1.6732632423543772

export const ACTIVATION_VALUES: Readonly<
  Record<Exclude<LayerActivation, 'leaky-relu'>, (x: number) => number>
> = {
  linear: (x) => x,
  tanh: Math.tanh,
  'hard-tanh': (x) => Math.min(Math.max(x, -1), 1),
  relu: (x) => Math.max(x, 0),
  selu: (x) => SELU_SCALE * (x > 0 ? x : SELU_ALPHA * Math.expm1(x)),
  swish: (x) => x * sigmoid(x),
  gelu: (x) => 0.5 * x * (1 + errorFunction(x / Math.SQRT2)),
  sigmoid,
  relu6,
  'hard-sigmoid': (x) => relu6(x + 3) / 6,
  'hard-swish': (x) => (x * relu6(x + 3)) / 6,
  'gelu-tanh': (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
}

/** Places that tell the activations apart: on both sides of every kink, and where they are curved. */
const PLACES = Array.from({ length: 161 }, (_, k) => (k - 80) / 8 + 0.013)
/** Constants in the file have seven digits. */
const TOLERANCE = 2e-6

export interface Recognised {
  readonly activation: LayerActivation
  readonly slope?: number
}

/** The activation that an expression computes from a part of it; null where it is none of the bench's. */
export function recognise(expression: Expression, part: Expression = ARGUMENT): Recognised | null {
  const values = PLACES.map((x) => valueAt(expression, x, part))
  if (values.some(Number.isNaN)) return null
  const equals = (f: (x: number) => number): boolean =>
    PLACES.every((x, k) => Math.abs(f(x) - values[k]) <= TOLERANCE * Math.max(1, Math.abs(x)))
  for (const [name, f] of Object.entries(ACTIVATION_VALUES)) {
    if (equals(f)) return { activation: name as keyof typeof ACTIVATION_VALUES }
  }
  const slope = Number((-valueAt(expression, -1, part)).toPrecision(6))
  if (equals((x) => (x > 0 ? x : slope * x))) {
    return { activation: 'leaky-relu', ...(slope !== 0.01 && { slope }) }
  }
  return null
}

/** The factor a of an expression that is a·x; null for any other. */
export function factorOf(expression: Expression): number | null {
  const factor = valueAt(expression, 1)
  const linear = [-7, -0.5, 3, 11].every(
    (x) => Math.abs(valueAt(expression, x) - factor * x) <= 1e-6 * Math.abs(factor * x),
  )
  return linear && Number.isFinite(factor) && factor !== 0 ? factor : null
}
