/** Files of data that were dropped onto the window: remembered by the lab, shown by the Data page. */
import { ref } from 'vue'
import type { Ref } from 'vue'
import { useRouter } from 'vue-router'
import { fromErrorMessage } from '../../shared/contract/errors.ts'
import { useBench } from './useBench.ts'
import { ownForm } from '../../shared/spec/data-schema.ts'
import { useToasts } from './useToasts.ts'

const DATA = /\.(npz|parquet|csv|tsv)$/i
const NAMED = /\.[a-z0-9]{1,12}$/i

/** Whether a dropped name is one of data: of a known ending, or a folder's, which has none. */
export const isData = (name: string): boolean =>
  DATA.test(name) || ownForm(name) === 'text' || !NAMED.test(name)

/** Paths dropped since the window opened. */
const dropped: Ref<readonly string[]> = ref([])

export function useOwnDataDrop(): {
  readonly dropped: Ref<readonly string[]>
  /** Remembers a dropped file or folder and leads to the Data page, or says what is wrong. */
  readonly drop: (file: File) => Promise<void>
} {
  const { bridge } = useBench()
  const toasts = useToasts()
  const router = useRouter()
  return {
    dropped,
    drop: async (file) => {
      const reply = await bridge.dropData(file)
      if (!reply.ok) {
        toasts.failed(fromErrorMessage(reply.error))
        return
      }
      dropped.value = [...dropped.value, reply.output.path]
      await router.push('/data')
    },
  }
}
