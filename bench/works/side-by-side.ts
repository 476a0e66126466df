import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeNpz } from '../../src/engine/interchange/npz.ts'
import { measureStudy } from '../processes.ts'
import { median } from '../types.ts'
import type { BenchRow, Work } from '../types.ts'

const RUNS = 8
const EPOCHS = 10
const [EXAMPLES, CLASSES, SIDE] = [60_000, 10, 28]

/** Images of MNIST's number and size, of noise in which a class brightens one row. */
function writeImages(path: string): void {
  let state = 1
  const byte = (): number => (state = (state * 48_271) % 2_147_483_647) & 255
  const set = (count: number, part: string) => {
    const labels = Int32Array.from({ length: count }, (_, i) => i % CLASSES)
    const pixels = Float32Array.from({ length: count * SIDE * SIDE }, (_, i) => {
      const [image, row] = [Math.floor(i / (SIDE * SIDE)), Math.floor((i / SIDE) % SIDE)]
      return (row === 2 * labels[image] ? 255 : byte()) / 255
    })
    return [
      { name: `x_${part}`, shape: [count, SIDE, SIDE, 1], data: pixels },
      { name: `y_${part}`, shape: [count], data: labels },
    ]
  }
  writeFileSync(path, writeNpz([...set(EXAMPLES, 'train'), ...set(10_000, 'test')], false))
}

/** Eight runs of MLP-7 as `auto` takes them, against one after the other on all threads, in alternation. */
export const sideBySide: Work = {
  name: 'side-by-side',
  async measure({ rounds, backends }): Promise<readonly BenchRow[]> {
    if (!backends.includes('sparse')) return []
    const folder = mkdtempSync(join(tmpdir(), 'givens-bench-'))
    try {
      const path = join(folder, 'images.npz')
      writeImages(path)
      const times = { auto: [] as number[], 1: [] as number[] }
      const losses = new Set<string>()
      for (let round = 0; round < rounds; round++) {
        for (const concurrency of ['auto', 1] as const) {
          const home = join(folder, `${concurrency}-${round}`)
          const study = await measureStudy([home, path, String(concurrency), RUNS, EPOCHS, 6].map(String))
          times[concurrency].push(study.seconds * 1000)
          losses.add(JSON.stringify(study.losses))
        }
      }
      if (losses.size !== 1)
        throw new Error(`runs side by side came to other numbers: ${[...losses].join(' ')}`)
      const [ours, peer] = [median(times.auto), median(times[1])]
      const row = { work: 'side-by-side', backend: 'sparse', ours_ms: ours, peer: 'one after the other' }
      return [{ ...row, peer_ms: peer, ratio: ours / peer, first_step_ms: null, memory_mb: null }]
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
}
