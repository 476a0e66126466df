/** The one Export dialog, which any page may open for the runs that are chosen on it. */
import { inject, provide } from 'vue'
import type { InjectionKey } from 'vue'

/** `runs` null: what the address shows. `what` is the id of an offer (export/offers.ts). */
export type ShowExport = (runs: readonly number[] | null, what?: string) => void

const KEY: InjectionKey<ShowExport> = Symbol('export dialog')

export function provideExportDialog(show: ShowExport): void {
  provide(KEY, show)
}

export function useExportDialog(): ShowExport {
  const show = inject(KEY)
  if (!show) throw new Error('useExportDialog: none was provided')
  return show
}
