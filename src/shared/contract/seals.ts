/** Seals: digests of what a run was when it ended, by which a number that changed since is found. */

/** What is sealed of a run, each part by itself. */
export const SEALED_PARTS = ['specification', 'result', 'layers', 'points'] as const
export type SealedPart = (typeof SEALED_PARTS)[number]

const WORDS: Readonly<Record<SealedPart, string>> = {
  specification: 'its specification',
  result: 'its end or the summary of its curves',
  layers: 'the reports of its layers',
  points: 'points of its curves',
}

/** What is not as it was sealed, as a sentence. */
export function brokenSealText(parts: readonly SealedPart[]): string {
  const named = parts.map((part) => WORDS[part])
  const last = named.at(-1) ?? ''
  const list = named.length > 1 ? `${named.slice(0, -1).join(', ')} and ${last}` : last
  return (
    `Not what was stored when this run ended: ${list}. The file was changed by hand, or the disk or the ` +
    'memory failed. Do not rely on this run: go back to a backup, or train it again.'
  )
}

export interface BrokenSeal {
  readonly run: number
  readonly study: string | null
  readonly labels: Readonly<Record<string, string>>
  readonly parts: readonly SealedPart[]
}

/** What a look at a stretch of runs found. */
export interface SealsLook {
  /** Runs that are as they were sealed. */
  readonly sound: number
  /** Runs that are over and have no seal: they ended under an earlier version. */
  readonly unsealed: number
  readonly broken: readonly BrokenSeal[]
  /** Where to go on; null: all were looked at. */
  readonly next: number | null
}

/** What is known without a look. */
export interface SealsKnown {
  readonly sealed: number
  readonly unsealed: number
  readonly broken: readonly BrokenSeal[]
}
