/**
 * Training steps against PyTorch eager on the same machine, in the same run: rounds of ours, PyTorch on one
 * thread, PyTorch on two, after each other, so that all see the same load. Reported is the median of all
 * timed steps, for PyTorch of the faster thread count.
 */
import { availableParallelism } from 'node:os'
import { measureOurSteps, measureTorchSteps } from './processes.ts'
import type { StepTimes } from './processes.ts'
import { median } from './types.ts'
import type { BenchOptions, BenchRow, Work } from './types.ts'

/** A work that times steps of a network known to training-steps.ts and peers/torch_steps.py. */
export function stepWork(name: string): Work {
  return { name, measure: (options) => measureSteps(name, options) }
}

async function measureSteps(name: string, { repeat, rounds, backends }: BenchOptions): Promise<BenchRow[]> {
  const threadCounts = availableParallelism() > 1 ? [1, availableParallelism()] : [1]
  const ours = new Map<string, StepTimes[]>(backends.map((backend) => [backend, []]))
  const peers = new Map<number, number[]>()
  let version = ''
  for (let round = 0; round < rounds; round++) {
    for (const [backend, times] of ours) times.push(await measureOurSteps(name, backend, repeat))
    for (const threads of threadCounts) {
      const times = await measureTorchSteps(name, threads, repeat)
      if (!times) continue
      version = times.version
      peers.set(threads, [...(peers.get(threads) ?? []), ...times.steps_ms])
    }
  }
  const [best] = [...peers]
    .map(([threads, steps]) => ({ threads, ms: median(steps) }))
    .toSorted((a, b) => a.ms - b.ms)
  return [...ours].map(([backend, runs]) => ({
    work: name,
    backend,
    ours_ms: median(runs.flatMap(({ steps_ms }) => steps_ms)),
    gflops: (runs[0].flops / median(runs.flatMap(({ steps_ms }) => steps_ms))) * 1e-6,
    peer: best ? `PyTorch ${version}, ${best.threads} thread${best.threads > 1 ? 's' : ''}` : '',
    peer_ms: best ? best.ms : null,
    ratio: best ? median(runs.flatMap(({ steps_ms }) => steps_ms)) / best.ms : null,
    first_step_ms: median(runs.map(({ first_step_ms }) => first_step_ms)),
    memory_mb: Math.max(...runs.map(({ memory_mb }) => memory_mb)),
  }))
}
