/** Grids of the preset studies, each expanded once: hundreds of runs take a while. */
import { expandStudy } from '../../../src/shared/studies/grid.ts'
import { presetStudy } from '../../../src/shared/studies/index.ts'

type Grid = ReturnType<typeof expandStudy>

const expanded = new Map<string, Grid>()

export function presetGrid(id: string): Grid {
  const made = expanded.get(id) ?? expandStudy(presetStudy(id).study)
  expanded.set(id, made)
  return made
}
