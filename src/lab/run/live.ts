/**
 * What is known of a running run between two writes: its stage, its pace, and how long it will still take.
 */
import type { RunRow } from '../../shared/contract/lab.ts'
import type { StageName } from '../../shared/contract/run.ts'

/** Seconds over which the pace is averaged. */
const MEMORY = 20

export class Live {
  stage: StageName | null = null
  stageFraction: number | null = null
  step: number
  totalSteps: number | null = null
  seconds: number
  #steps = 0
  #spent = 0
  #seen: { readonly step: number; readonly seconds: number } | null = null

  /** @param step where the run goes on @param seconds of work before */
  constructor(step: number, seconds: number) {
    this.step = step
    this.seconds = seconds
  }

  /** Takes a progress report; evaluations between two reports count into the pace. */
  progress(step: number, totalSteps: number, seconds: number): void {
    if (this.#seen && step > this.#seen.step) {
      const spent = seconds - this.#seen.seconds
      const keep = Math.exp(-spent / MEMORY)
      this.#steps = this.#steps * keep + (step - this.#seen.step)
      this.#spent = this.#spent * keep + spent
    }
    this.#seen = { step, seconds }
    this.stage = 'train'
    this.stageFraction = totalSteps > 0 ? step / totalSteps : 1
    this.step = step
    this.totalSteps = totalSteps
    this.seconds = seconds
  }

  /** Seconds until the end by the measured pace; null before two steps. */
  get secondsLeft(): number | null {
    if (this.totalSteps === null || this.#steps === 0) return null
    return ((this.totalSteps - this.step) * this.#spent) / this.#steps
  }

  /** The row as it stands now. */
  over(row: RunRow): RunRow {
    return {
      ...row,
      step: this.step,
      totalSteps: this.totalSteps ?? row.totalSteps,
      stage: this.stage,
      stageFraction: this.stageFraction,
      seconds: this.seconds,
      secondsLeft: this.secondsLeft,
    }
  }
}
