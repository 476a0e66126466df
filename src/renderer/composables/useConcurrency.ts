/** How many runs train side by side, and how many checkpoints of each are kept. */
import { computed } from 'vue'
import type { ComputedRef } from 'vue'
import { AUTOMATIC } from '../../shared/contract/queue.ts'
import type { Concurrency } from '../../shared/contract/queue.ts'
import { useBench } from './useBench.ts'
import { useLab } from './useLab.ts'
import { useToasts } from './useToasts.ts'

export function useConcurrency(): {
  readonly concurrency: ComputedRef<Concurrency>
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
      const { value } = event.target as HTMLInputElement | HTMLSelectElement
      queue.value = await lab.call('queue/set', { [name]: value === AUTOMATIC ? value : Number(value) })
    } catch (reason) {
      toasts.failed(reason)
    }
  }
  return {
    concurrency: computed(() => {
      const state = queue.value
      return !state || state.automatic ? AUTOMATIC : state.concurrency
    }),
    setConcurrency: setter('concurrency'),
    kept: computed(() => queue.value?.keep ?? 0),
    setKept: setter('keep'),
  }
}
