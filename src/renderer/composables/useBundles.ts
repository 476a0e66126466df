/** Share bundles: the sample that comes with the bench, and files that others gave. */
import { ref } from 'vue'
import type { Ref } from 'vue'
import { useRouter } from 'vue-router'
import type { BundleImport } from '../../shared/contract/lab.ts'
import { plural } from '../format.ts'
import { useLab } from './useLab.ts'
import { useToasts } from './useToasts.ts'

export interface Bundles {
  readonly busy: Ref<boolean>
  readonly openSample: () => Promise<void>
  /** Says what came in and shows it. */
  readonly show: (imported: BundleImport) => void
}

export function useBundles(): Bundles {
  const lab = useLab()
  const router = useRouter()
  const toasts = useToasts()
  const busy = ref(false)
  function show({ study, title, added, skipped }: BundleImport): void {
    const there = skipped.length > 0 ? `, ${plural(skipped.length, 'run')} here already` : ''
    toasts.done(`“${title}”: ${plural(added.length, 'run')} added${there}.`)
    void router.push({ path: '/compare', query: { study } })
  }
  return {
    busy,
    show,
    openSample: async () => {
      busy.value = true
      try {
        show(await lab.call('bundle/import', { sample: true }))
      } catch (reason) {
        toasts.failed(reason)
      } finally {
        busy.value = false
      }
    },
  }
}
