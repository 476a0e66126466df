/** Elementwise operators as functions of numbers. */
import { errorFunction } from '../../../../shared/theory/error-function.ts'
import { scalarOf } from '../constant.ts'
import type { Context } from '../context.ts'

export type Formula = (...values: number[]) => number

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))

/** Formulas of one argument; those with attributes are made for the node. */
export function formulaOf(context: Context): Formula | null {
  const { op } = context.node
  const alpha = context.number('alpha', Number.NaN)
  const or = (otherwise: number): number => (Number.isNaN(alpha) ? otherwise : alpha)
  switch (op) {
    case 'Relu':
      return (x) => Math.max(x, 0)
    case 'Tanh':
      return Math.tanh
    case 'Sigmoid':
      return sigmoid
    case 'Erf':
      return errorFunction
    case 'Exp':
      return Math.exp
    case 'Sqrt':
      return Math.sqrt
    case 'Neg':
      return (x) => -x
    case 'Abs':
      return Math.abs
    case 'Reciprocal':
      return (x) => 1 / x
    case 'Softplus':
      return (x) => Math.log1p(Math.exp(x))
    case 'LeakyRelu':
      return (x) => (x > 0 ? x : or(0.01) * x)
    case 'Elu':
      return (x) => (x > 0 ? x : or(1) * Math.expm1(x))
    case 'Selu': {
      const gamma = context.number('gamma', 1.0507009873554805)
      return (x) => gamma * (x > 0 ? x : or(1.6732632423543772) * Math.expm1(x))
    }
    case 'HardSigmoid': {
      const beta = context.number('beta', 0.5)
      return (x) => Math.min(Math.max(or(0.2) * x + beta, 0), 1)
    }
    case 'HardSwish':
      return (x) => x * Math.min(Math.max(x / 6 + 0.5, 0), 1)
    case 'Swish':
      return (x) => x * sigmoid(or(1) * x)
    case 'Gelu':
      return context.text('approximate', 'none') === 'tanh'
        ? (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))
        : (x) => 0.5 * x * (1 + errorFunction(x / Math.SQRT2))
    case 'Clip': {
      const [low, high] = [1, 2].map((index) => {
        const bound = context.constant(index)
        return bound && scalarOf(bound)
      })
      const least = low ?? context.number('min', -Infinity)
      const most = high ?? context.number('max', Infinity)
      return (x) => Math.min(Math.max(x, least), most)
    }
    default:
      return null
  }
}

export const BINARY: Readonly<Record<string, Formula>> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b) => a / b,
  Pow: (a, b) => a ** b,
  Min: (a, b) => Math.min(a, b),
  Max: (a, b) => Math.max(a, b),
}

/** Operators that `formulaOf` knows. */
export const UNARY_NAMES = [
  'Relu',
  'Tanh',
  'Sigmoid',
  'Erf',
  'Exp',
  'Sqrt',
  'Neg',
  'Abs',
  'Reciprocal',
  'Softplus',
  'LeakyRelu',
  'Elu',
  'Selu',
  'HardSigmoid',
  'HardSwish',
  'Swish',
  'Gelu',
  'Clip',
]
