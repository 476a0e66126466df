import { measureOurSteps } from '../processes.ts'
import { median } from '../types.ts'
import type { BenchRow, Work } from '../types.ts'

const LOW = 0.02
const HIGH = 0.125

/** What sparsity pays: a step of 1000 layers at density 0.02 against the same at 0.125, in alternation. */
export const density1000: Work = {
  name: 'density-1000',
  async measure({ repeat, rounds, backends }): Promise<readonly BenchRow[]> {
    const rows: BenchRow[] = []
    for (const backend of backends) {
      const times = { [LOW]: [] as number[], [HIGH]: [] as number[] }
      for (let round = 0; round < rounds; round++) {
        for (const density of [LOW, HIGH] as const) {
          const { steps_ms } = await measureOurSteps(`mlp-1000@${density}`, backend, repeat)
          times[density].push(...steps_ms)
        }
      }
      const [ours, peer] = [median(times[LOW]), median(times[HIGH])]
      const row = { work: 'density-1000', backend, ours_ms: ours, peer: `itself at ${HIGH}`, peer_ms: peer }
      rows.push({ ...row, ratio: ours / peer, first_step_ms: null, memory_mb: null })
    }
    return rows
  },
}
