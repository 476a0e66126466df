/**
 * Dense networks of a sparse one's size: narrower or shallower, solved so that parameters or operations agree
 * as nearly as whole widths and depths allow.
 */
import { BenchError } from '../contract/errors.ts'
import { inputOf } from '../spec/data-shapes.ts'
import type { RunSpec } from '../spec/schema.ts'
import type { Match } from '../spec/study-schema.ts'
import { buildModel, buildNetwork } from '../zoo/index.ts'
import { denseSize, sparseSize } from './sparse-size.ts'
import type { Size } from './sparse-size.ts'

export const MATCH_LABELS: Readonly<Record<Match, string>> = {
  'parameters-by-width': 'Dense, same parameters by width',
  'parameters-by-depth': 'Dense, same parameters by depth',
  'operations-by-width': 'Dense, same operations by width',
}

export interface DenseReference {
  readonly field: 'widthMultiplier' | 'depthMultiplier'
  readonly multiplier: number
  readonly target: number
  readonly reached: number
  /** reached/target − 1. */
  readonly deviation: number
}

/** Up to this the sizes count as the same; beyond, a row tells its deviation. */
export const SAME_WITHIN = 0.01
/** Beyond this a network is no reference of the same size. */
export const NOT_THE_SAME = 0.1

const MOST_MULTIPLIER = 16
/** Bisections of the multiplier: 17 octaves to a relative 10⁻⁵. */
const HALVINGS = 20

/** The multiplier with the fewest digits in [low, high]. */
function simplest(low: number, high: number): number {
  for (let digits = 1; digits <= 12; digits++) {
    const found = Number(low.toPrecision(digits))
    const step = 10 ** (Math.floor(Math.log10(low)) - digits + 1)
    for (const each of [found, found + step]) {
      const rounded = Number(each.toPrecision(digits))
      if (rounded >= low && rounded <= high) return rounded
    }
  }
  return low
}

/** Where a non-decreasing function of the multiplier passes a bound: last below, first not below. */
function crossing(isBelow: (multiplier: number) => boolean): readonly [number, number] {
  let low = 1e-4
  let high = MOST_MULTIPLIER
  for (let k = 0; k < HALVINGS; k++) {
    const middle = Math.sqrt(low * high)
    if (isBelow(middle)) low = middle
    else high = middle
  }
  return [low, high]
}

/** The plateau of a step function around a multiplier, as the multiplier with the fewest digits on it. */
function onPlateau(count: (multiplier: number) => number, at: number): number {
  const value = count(at)
  const [, from] = crossing((multiplier) => count(multiplier) < value)
  const [to] = crossing((multiplier) => count(multiplier) <= value)
  // The least width or depth holds down to 0; a multiplier near its upper end reads better.
  return simplest(Math.max(from, to / 2), to)
}

function counter(spec: RunSpec, field: DenseReference['field'], what: keyof Size): (m: number) => number {
  const { input, classes } = inputOf(spec.data, {})
  const known = new Map<number, number>()
  return (multiplier) => {
    let found = known.get(multiplier)
    if (found === undefined) {
      const graph = buildModel({ ...spec.model, [field]: multiplier }, input, classes)
      known.set(multiplier, (found = denseSize(graph)[what]))
    }
    return found
  }
}

/**
 * The dense network of a sparse specification's size. Where the specification names no sparse distribution,
 * ERK's sparse network is meant. Throws BenchError('impossible') for a family without that multiplier, for
 * operations that only scores tell, and where the nearest network is off by more than a tenth.
 */
export function denseReference(spec: RunSpec, match: Match): DenseReference {
  const { model, data, sparsity } = spec
  const key = JSON.stringify([match, model, data.name, data.size, sparsity])
  const known = solved.get(key)
  if (known) return known
  const found = solve(spec, match)
  if (solved.size >= MOST_SOLVED) solved.clear()
  solved.set(key, found)
  return found
}

/** A study is expanded at every key typed in its editor; each reference is solved once. */
const solved = new Map<string, DenseReference>()
const MOST_SOLVED = 1000

function solve(spec: RunSpec, match: Match): DenseReference {
  const [what, , by] = match.split('-') as [keyof Size, 'by', 'width' | 'depth']
  const field = by === 'width' ? 'widthMultiplier' : 'depthMultiplier'
  const { input, classes } = inputOf(spec.data, {})
  const named = spec.sparsity.distribution
  const distribution = named === 'dense' ? 'erk' : named
  const sparse = sparseSize(buildNetwork(spec, input, classes), distribution, spec.sparsity.density)
  const target = sparse[what]
  if (target === null) {
    throw new BenchError(
      'impossible',
      `The operations of ${distribution} are known when its scores are taken; match parameters, or give ` +
        'the study’s base a distribution of shapes (erk, er, uniform, uniform-skip).',
      'axes',
    )
  }
  const count = counter(spec, field, what)
  const around = crossing((multiplier) => count(multiplier) < target)
  const [below, above] = around.map((multiplier) => Math.abs(count(multiplier) - target))
  const multiplier = onPlateau(count, below <= above ? around[0] : around[1])
  const reached = count(multiplier)
  const deviation = reached / target - 1
  if (Math.abs(deviation) > NOT_THE_SAME) {
    throw new BenchError(
      'impossible',
      `No dense ${spec.model.name} has the ${what} of the sparse one by ${by}: the nearest has ` +
        `${Math.round(reached)}, not ${Math.round(target)}.`,
      'axes',
    )
  }
  return { field, multiplier, target, reached, deviation }
}
