/** The words of the command. */
import { parseArgs } from 'node:util'

export interface TortureOptions {
  readonly minutes: number
  readonly seed: number
  /** Names of trials; all where none was named. */
  readonly only: readonly string[]
  /** The one round that is made, or null. */
  readonly round: number | null
}

/** What a user wrote cannot be done; the message says why. */
export class OptionProblem extends Error {}

const OPTIONS = {
  minutes: { type: 'string', default: '10' },
  seed: { type: 'string' },
  only: { type: 'string', multiple: true },
  round: { type: 'string' },
} as const

function parse(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options: OPTIONS }).values
  } catch (error) {
    throw new OptionProblem(error instanceof Error ? error.message : String(error), { cause: error })
  }
}

function number(name: string, text: string, whole: boolean): number {
  const value = text.trim() === '' ? NaN : Number(text)
  const right = whole ? Number.isSafeInteger(value) : Number.isFinite(value)
  if (right && value >= 0) return value
  throw new OptionProblem(`--${name} takes a ${whole ? 'whole ' : ''}number from 0, not “${text}”`)
}

/**
 * Reads the words of the command.
 * @param known the trials that there are
 * @param anySeed the seed where none is given
 * @throws OptionProblem naming the option and what is allowed
 */
export function readOptions(
  words: readonly string[],
  known: readonly string[],
  anySeed: number,
): TortureOptions {
  const { minutes, seed, only = [], round } = parse(words)
  const names = only.flatMap((text) => text.split(',')).filter((name) => name !== '')
  const unknown = names.find((name) => !known.includes(name))
  if (unknown !== undefined)
    throw new OptionProblem(`there is no trial “${unknown}”; known: ${known.join(', ')}`)
  return {
    minutes: number('minutes', minutes, false),
    seed: seed === undefined ? anySeed : number('seed', seed, true),
    only: names.length > 0 ? names : known,
    round: round === undefined ? null : number('round', round, true),
  }
}
