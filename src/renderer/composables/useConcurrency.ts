/** How many runs train side by side. */
import { computed } from 'vue'
import type { ComputedRef } from 'vue'
import { useBench } from './useBench.ts'
import { useLab } from './useLab.ts'
import { useToasts } from './useToasts.ts'

export function useConcurrency(): {
  readonly concurrency: ComputedRef<number>
  /** Takes the change of an input. */
  readonly setConcurrency: (event: Event) => Promise<void>
} {
  const { queue } = useBench()
  const lab = useLab()
  const toasts = useToasts()
  return {
    concurrency: computed(() => queue.value?.concurrency ?? 1),
    setConcurrency: async (event) => {
      try {
        const concurrency = Number((event.target as HTMLInputElement).value)
        queue.value = await lab.call('queue/set', { concurrency })
      } catch (reason) {
        toasts.failed(reason)
      }
    },
  }
}
