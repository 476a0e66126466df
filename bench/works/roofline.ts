import { measureOurProduct, measureTorchProduct } from '../processes.ts'
import { median } from '../types.ts'
import type { BenchRow, Work } from '../types.ts'

/** Side of the matrices: large enough that a product is bound by arithmetic, not by memory. */
const SIDE = 2048

/** The machine's limit: a large product in float32 by TensorFlow, beside PyTorch's on all threads. */
export const roofline: Work = {
  name: 'roofline',
  async measure({ repeat }): Promise<readonly BenchRow[]> {
    const ours = median(await measureOurProduct(SIDE, repeat))
    const peer = await measureTorchProduct(SIDE, repeat)
    const theirs = peer ? median(peer.times_ms) : null
    const gflops = (2 * SIDE ** 3 * 1e-6) / ours
    const row = { work: 'roofline', backend: 'tensorflow', ours_ms: ours, peer_ms: theirs, gflops }
    const name = peer ? `PyTorch ${peer.version}, ${peer.threads} threads` : ''
    const ratio = theirs === null ? null : ours / theirs
    return [{ ...row, peer: name, ratio, first_step_ms: null, memory_mb: null }]
  },
}
