/** Tells the shell which studies were looked at, for the list of recent ones in the File menu. */
import { watch } from 'vue'
import { useRoute } from 'vue-router'
import type { BenchBridge } from '../../shared/contract/shell.ts'
import { useLab } from './useLab.ts'
import { BenchError } from '../../shared/contract/errors.ts'

export function useRecentStudies(bridge: BenchBridge): void {
  const route = useRoute()
  const lab = useLab()
  watch(
    () => route.query.study ?? route.params.id,
    async (id) => {
      const isStudy = route.query.study !== undefined || route.name === 'edit-study'
      if (typeof id !== 'string' || id === '' || !isStudy) return
      try {
        const { study } = await lab.call('studies/get', { id })
        await bridge.addRecentStudy({ id, title: study.title })
      } catch (error) {
        // An address of a study that is gone; the page says so itself.
        if (!(error instanceof BenchError)) throw error
      }
    },
    { immediate: true },
  )
}
