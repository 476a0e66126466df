/** Number of runs of each preset's grid, counted one grid at a time after the page stands. */
import { onScopeDispose, shallowReactive } from 'vue'
import { expandStudy } from '../../shared/studies/grid.ts'
import { presetStudies } from '../../shared/studies/index.ts'

/** Presets do not change while the program runs, so each is counted once. */
const sizes = shallowReactive(new Map<string, number>())

/** Study id → runs; ids appear as they are counted. */
export function usePresetSizes(): ReadonlyMap<string, number> {
  const waiting = presetStudies().filter(({ study }) => !sizes.has(study.id))
  let timer: ReturnType<typeof setTimeout> | null = null
  function next(): void {
    const study = waiting.shift()?.study
    if (!study) return
    const { runs, searched } = expandStudy(study)
    sizes.set(study.id, runs.length + searched.length)
    timer = setTimeout(next)
  }
  timer = setTimeout(next)
  onScopeDispose(() => {
    if (timer) clearTimeout(timer)
  })
  return sizes
}
