/** The masks that a run ended with, read off its exported weights. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readNpz } from '../../../src/engine/interchange/npz.ts'
import type { Lab } from '../../../src/lab/lab.ts'
import { temporaryFolder } from '../support.ts'

export class NamedMasks {
  /** Nonzeros of all masks over their entries. */
  readonly density: number
  /** Weights that are not 0 where their mask is. */
  readonly strayWeights: number

  private constructor(density: number, strayWeights: number) {
    this.density = density
    this.strayWeights = strayWeights
  }

  static async of(lab: Lab, run: number): Promise<NamedMasks> {
    const file = join(temporaryFolder(), 'weights.npz')
    await lab.call('weights/write', { run, format: 'npz', file })
    const arrays = new Map(readNpz(readFileSync(file)).map(({ name, data }) => [name, data]))
    let entries = 0
    let kept = 0
    let stray = 0
    for (const [name, mask] of arrays) {
      if (!name.endsWith('.mask')) continue
      const weights = arrays.get(name.slice(0, -'.mask'.length))
      entries += mask.length
      for (let k = 0; k < mask.length; k++) {
        kept += mask[k]
        if (mask[k] === 0 && weights?.[k] !== 0) stray++
      }
    }
    return new NamedMasks(kept / entries, stray)
  }
}
