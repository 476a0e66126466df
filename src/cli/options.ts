/** Options that several commands take. */
import { InvalidArgumentError, Option } from 'commander'
import { BenchError } from '../shared/contract/errors.ts'
import { parsePairList } from '../shared/methods/pairs.ts'
import type { ListedPair } from '../shared/methods/pairs.ts'
import { runsOf } from '../shared/link.ts'
import { isOwn } from '../shared/spec/own.ts'
import { BACKENDS } from '../shared/spec/schema.ts'

/** `--seeds 1,2,5` */
export function seedsOption(): Option {
  return new Option('--seeds <list>', 'seeds instead of the study’s own, e.g. 1,2,3').argParser((text) =>
    text.split(',').map((part) => {
      const seed = Number(part)
      if (part.trim() === '' || !Number.isSafeInteger(seed) || seed < 0) {
        throw new InvalidArgumentError(
          `“${part}” is no seed; seeds are whole numbers from 0, separated by commas.`,
        )
      }
      return seed
    }),
  )
}

/** `--runs 1,2,5-9` @throws BenchError naming the part that is none. */
export function parseRuns(text: string): number[] {
  const wrong = text.split(',').find((part) => runsOf(part).length === 0)
  if (wrong === undefined) return runsOf(text)
  throw new BenchError('bad-input', `--runs: “${wrong}” is no number of a run, and no range (5-9).`, '--runs')
}

/** `--backend NAME` */
export function backendOption(): Option {
  return new Option('--backend <name>', 'what computes').choices(BACKENDS)
}

/** `--scheme NAME` and the like: one of these methods, or a user's own, which the home must have. */
export function methodOption(flags: string, text: string, names: readonly string[]): Option {
  return new Option(flags, `${text} (${names.join(', ')}, or own:NAME)`).argParser((name: string) => {
    if (names.includes(name) || isOwn(name)) return name
    throw new InvalidArgumentError(`Allowed choices are ${names.join(', ')}, and own:NAME.`)
  })
}

/** `256x256` or `3x3x64x64` → sides. */
export function parseSides(text: string): number[] {
  const sides = text.split(/[x×]/i).map(Number)
  if (sides.some((side) => !Number.isInteger(side) || side < 1 || side > 1 << 20)) {
    throw new InvalidArgumentError(
      `“${text}” is no shape; write whole numbers joined by x, e.g. 256x256 or 3x3x64x64.`,
    )
  }
  return sides
}

/** A number in a range, with a message that says the range. */
export function numberIn(
  low: number,
  high: number,
  options: { readonly integer?: boolean; readonly above?: boolean } = {},
) {
  return (text: string): number => {
    const value = Number(text)
    const fits = text.trim() !== '' && value <= high && (options.above ? value > low : value >= low)
    if (fits && (!options.integer || Number.isInteger(value))) return value
    const noun = options.integer ? 'a whole number' : 'a number'
    throw new InvalidArgumentError(
      `It must be ${noun} ${
        options.above ? 'greater than' : 'from'
      } ${low} ${options.above ? 'and at most' : 'to'} ${high}, not “${text}”.`,
    )
  }
}

/** `10:80` → [10, 80], in degrees. */
export function parseInterval(text: string): readonly [number, number] {
  const ends = text.split(':').map(Number)
  const [from, to] = ends
  const inRange = ends.every((end) => Math.abs(end) <= 360)
  if (ends.length === 2 && text.trim() !== '' && inRange && from < to) return [from, to]
  throw new InvalidArgumentError(
    `“${text}” is no interval; write two angles from -360 to 360 degrees, the smaller first, e.g. 10:80.`,
  )
}

/** `0-1,1-2` → [[0, 1], [1, 2]]. */
export function parsePairs(text: string): ListedPair[] {
  try {
    return parsePairList(text)
  } catch (error) {
    throw error instanceof BenchError ? new InvalidArgumentError(error.message) : error
  }
}

/** `32,64,128`, each in a range. */
export function numbersIn(low: number, high: number, options: { readonly integer?: boolean } = {}) {
  const one = numberIn(low, high, options)
  return (text: string): number[] => text.split(',').map((part) => one(part))
}
