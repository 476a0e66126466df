/** What a trial of the torture is. */
import type { Stream } from '../src/engine/rng.ts'

export interface Turn {
  /** Random numbers of this turn alone: the same for the same seed, trial and round. */
  readonly stream: Stream
  /** An empty folder of this turn; it stays where something was found. */
  readonly folder: string
  /** Milliseconds that the disturbance should last, its preparation apart. */
  readonly lasts: number
  /** Starts that time. @returns whether some is left */
  readonly start: () => () => boolean
  /** Tells something that must not be; the torture goes on. */
  readonly find: (what: string) => void
}

/** What was tried in a turn, by name: `killed`, `inputs`, `refused` … */
export type Counts = Readonly<Record<string, number>>

export interface Trial {
  /** One line: what is done to the program. */
  readonly about: string
  /** Why it cannot be tried here, or null. */
  readonly missing?: () => string | null
  /** One turn. What it throws is a finding too. */
  readonly run: (turn: Turn) => Promise<Counts>
}
