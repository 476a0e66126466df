/** Numbers of a model file that depend on a setting: `$width`, `$width * 2`, `$width / 2 * $depth`. */
import type { Activation } from '../graph/types.ts'

/** What expressions may name. `width` and `depth` come with their multipliers applied, not yet rounded. */
export interface Scope {
  readonly classes: number
  readonly width?: number
  readonly depth?: number
  readonly activation?: Activation
  readonly dropout?: number
  readonly stochasticDepth?: number
}

const NUMBERS = ['classes', 'width', 'depth', 'dropout', 'stochasticDepth'] as const
type NumberName = (typeof NUMBERS)[number]

const FACTOR = /^(?:\$(?<name>[A-Za-z]+)|(?<number>\d+(?:\.\d+)?))$/

interface Factor {
  readonly divides: boolean
  readonly value: number | NumberName
}

/** Why a text is no expression, or its factors. */
function parse(text: string): readonly Factor[] | string {
  const parts = text.split(/([*/])/).map((part) => part.trim())
  const factors: Factor[] = []
  for (let k = 0; k < parts.length; k += 2) {
    const match = FACTOR.exec(parts[k])
    if (!match?.groups) return `“${parts[k]}” is neither a number nor a setting`
    const { name, number } = match.groups
    const known = NUMBERS.find((each) => each === name)
    if (number === undefined && known === undefined) {
      return `there is no number $${name}; known: ${NUMBERS.map((each) => `$${each}`).join(', ')}`
    }
    factors.push({ divides: parts[k - 1] === '/', value: known ?? Number(number) })
  }
  return factors
}

/** Settings that an expression names; empty for what is none. */
export function settingsIn(text: string): readonly NumberName[] {
  const factors = parse(text)
  return typeof factors === 'string'
    ? []
    : factors.flatMap(({ value }) => (typeof value === 'string' ? [value] : []))
}

/**
 * The value of an expression, not rounded. Returns a text that says what is wrong where it is no expression,
 * or where it names a setting that the model does not declare.
 */
export function evaluateExpression(text: string, scope: Scope): number | string {
  const factors = parse(text)
  if (typeof factors === 'string') return factors
  let value = 1
  for (const factor of factors) {
    const own = typeof factor.value === 'number' ? factor.value : scope[factor.value]
    if (own === undefined) return `the model declares no setting “${factor.value}”`
    value = factor.divides ? value / own : value * own
  }
  return Number.isFinite(value) ? value : 'it divides by 0'
}
