/** How many runs train side by side, and how many checkpoints of each are kept. */
import { computed } from 'vue'
import type { ComputedRef } from 'vue'
import { useBench } from './useBench.ts'
import { useLab } from './useLab.ts'
import { useToasts } from './useToasts.ts'

export function useConcurrency(): {
  readonly concurrency: ComputedRef<number>
  /** Takes the change of an input. */
  readonly setConcurrency: (event: Event) => Promise<void>
  readonly kept: ComputedRef<number>
  readonly setKept: (event: Event) => Promise<void>
} {
  const { queue } = useBench()
  const lab = useLab()
  const toasts = useToasts()
  const setter = (name: 'concurrency' | 'keep') => async (event: Event) => {
    try {
      const number = Number((event.target as HTMLInputElement).value)
      queue.value = await lab.call('queue/set', { [name]: number })
    } catch (reason) {
      toasts.failed(reason)
    }
  }
  return {
    concurrency: computed(() => queue.value?.concurrency ?? 1),
    setConcurrency: setter('concurrency'),
    kept: computed(() => queue.value?.keep ?? 0),
    setKept: setter('keep'),
  }
}
