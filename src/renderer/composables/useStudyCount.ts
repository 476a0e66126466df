/**
 * Runs of the study being edited: counted in the page at once, estimated by the lab when the typing pauses.
 */
import { computed, onScopeDispose, shallowRef, watch } from 'vue'
import type { ComputedRef, ShallowRef } from 'vue'
import { BenchError } from '../../shared/contract/errors.ts'
import type { ErrorMessage } from '../../shared/contract/errors.ts'
import type { StudyEstimate } from '../../shared/contract/lab.ts'
import { parseStudy } from '../../shared/spec/parse.ts'
import type { StudyInput } from '../../shared/spec/study-schema.ts'
import { budgetLines } from '../../shared/studies/budget-text.ts'
import { expandStudy } from '../../shared/studies/grid.ts'
import { useQuery } from './useQuery.ts'

export interface StudyCount {
  readonly runs: number
  /** Those of them that search the learning rate. */
  readonly searched: number
  readonly duplicates: number
  readonly excluded: number
  readonly problems: readonly string[]
  /** Where all rows train for the same operations: a line for each. */
  readonly budget: readonly string[]
  readonly failed: boolean
}

const PAUSE_MS = 500

/** Counts by expanding the grid; what cannot be expanded is a problem, not an exception. */
export function countOf(study: StudyInput): StudyCount {
  try {
    const expansion = expandStudy(parseStudy(study))
    const { runs, searched, duplicates, excluded, problems, failed } = expansion
    return {
      runs: runs.length + searched.length,
      searched: searched.length,
      duplicates,
      excluded,
      problems,
      budget: budgetLines(expansion.budget),
      failed,
    }
  } catch (error) {
    if (!(error instanceof BenchError)) throw error
    const none = { runs: 0, searched: 0, duplicates: 0, excluded: 0, budget: [] }
    return { ...none, problems: [error.message], failed: true }
  }
}

export function useStudyCount(study: () => StudyInput | null): {
  readonly count: ComputedRef<StudyCount | null>
  readonly estimate: ShallowRef<StudyEstimate | null>
  readonly error: ShallowRef<ErrorMessage | null>
} {
  const count = computed(() => {
    const now = study()
    return now ? countOf(now) : null
  })
  const settled = shallowRef<StudyInput | null>(null)
  let timer: ReturnType<typeof setTimeout> | null = null
  watch(
    study,
    (next) => {
      if (timer) clearTimeout(timer)
      timer = setTimeout(() => {
        settled.value = count.value?.failed ? null : next
      }, PAUSE_MS)
    },
    { immediate: true },
  )
  onScopeDispose(() => {
    if (timer) clearTimeout(timer)
  })
  const { data: estimate, error } = useQuery('studies/estimate', () =>
    settled.value ? { study: settled.value, backend: 'auto' } : null,
  )
  return { count, estimate, error }
}
