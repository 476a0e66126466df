/** What a work reports. Times are milliseconds; null = not measured here. */
export interface BenchRow {
  readonly work: string
  readonly backend: string
  readonly ours_ms: number
  /**
   * What it is compared with, with the thread count that was faster; '' when there is none on this machine.
   */
  readonly peer: string
  readonly peer_ms: number | null
  /** ours / peer: below 1 is faster than the peer. */
  readonly ratio: number | null
  /** From the start of the process to the end of the first training step. */
  readonly first_step_ms: number | null
  /** Largest resident memory of the process. */
  readonly memory_mb: number | null
  /** Achieved on kept weights, 10⁹ floating point operations a second. */
  readonly gflops?: number
}

export interface BenchOptions {
  /** Timed repetitions after the warm-up, in each round. */
  readonly repeat: number
  /** Rounds that alternate with the peer's. */
  readonly rounds: number
  /** Backends whose training steps are timed. */
  readonly backends: readonly string[]
}

/** One thing to measure. */
export interface Work {
  readonly name: string
  measure(options: BenchOptions): Promise<readonly BenchRow[]>
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
