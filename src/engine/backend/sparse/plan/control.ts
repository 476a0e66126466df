/** Addresses of the words that threads and calls share. */
export interface ControlWords {
  readonly begin: number
  readonly barrier: number
  /** i32 of each tape: where it goes on, where fewer threads than tapes compute. */
  readonly places: number
  /** i32 of each thread: its examples in this call. */
  readonly counts: number
  /** f64 pairs of each thread, a cache line apart: Σ loss, Σ right. */
  readonly totals: number
  /** f32: the rate, and the optimizer's scalars of a step. */
  readonly numbers: number
}
