/** Rounds: the values that a round goes back to, kept at their step, and momenta that begin anew. */
import { dynamicTraits } from '../../shared/methods/traits.ts'
import type { RunSpec } from '../../shared/spec/schema.ts'
import type { FloatArray } from '../ops/ir.ts'
import type { KeptRun } from './prepare.ts'

const PREFIX = 'rewind:'

export class RoundMemory {
  readonly #run: KeptRun
  /** Step of the first round whose values are kept; null where rounds go on with what they have. */
  readonly #step: number | null
  readonly #values = new Map<string, FloatArray>()

  constructor(spec: RunSpec, run: KeptRun) {
    this.#run = run
    this.#step = dynamicTraits(spec).rewinds && run.plan.rounds.length > 1 ? spec.dynamic.rewindStep : null
  }

  keepsAt(step: number): boolean {
    return step === this.#step
  }

  /** Keeps all parameters and running statistics, if this is the step. */
  keep(step: number): void {
    if (!this.keepsAt(step)) return
    for (const { name, role } of this.#run.program.program.variables) {
      if (role === 'parameter' || role === 'statistic')
        this.#values.set(name, this.#run.executable.read(name))
    }
  }

  /** Begins the next round: momenta are 0, and what was kept comes back under the present masks. */
  begin(): void {
    const { executable, program } = this.#run
    // What keeps nonzeros alone takes no notice of the rest: nothing has to be read or masked for it.
    const sparse = executable.nonzeros !== undefined
    const values = new Map<string, FloatArray>()
    if (executable.clearSlots) executable.clearSlots()
    else {
      for (const { name, role } of program.program.variables)
        if (role === 'slot') values.set(name, executable.read(name).fill(0))
    }
    for (const [name, kept] of this.#values) {
      const mask = program.layout.maskOf.get(name)
      const on = sparse || mask === undefined ? null : executable.read(mask)
      values.set(name, on ? kept.map((value, k) => (on[k] === 0 ? 0 : value)) : kept)
    }
    executable.writeAll(values)
  }

  memory(): [string, FloatArray][] {
    return [...this.#values].map(([name, data]) => [PREFIX + name, data])
  }

  restore(memory: ReadonlyMap<string, FloatArray>): void {
    for (const [name, data] of memory) {
      if (name.startsWith(PREFIX)) this.#values.set(name.slice(PREFIX.length), data)
    }
  }
}
