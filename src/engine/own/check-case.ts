/** What a case of a check is, and what checks need from outside. */
import type { LayerGraph } from '../../shared/graph/types.ts'
import type { ScoreEngine } from '../density/types.ts'
import type { Stream } from '../rng.ts'

export interface CheckTools {
  /** Milliseconds since some start. */
  readonly now: () => number
  /** Scores of a small network on synthetic data, for distributions that ask. */
  readonly scores: (graph: LayerGraph, batch: number) => ScoreEngine & { dispose(): void }
  readonly onProgress?: (fraction: number) => void
  /** Awaited between cases; throws to end the check. */
  readonly check?: () => Promise<void>
}

/** What one call in a case gave. */
export interface CaseAnswer {
  readonly reached: number
  readonly residual: number | null
  readonly note: string
  /** All numbers of the answer, to be compared with those of another call. */
  readonly numbers: readonly ArrayLike<number>[]
}

export interface CheckCase {
  readonly name: string
  readonly asked: number
  readonly run: (stream: Stream) => Promise<CaseAnswer>
}
