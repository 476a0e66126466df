/**
 * What the charts of one page share: the place of the crosshair, the group under the pointer, the groups that
 * the legend hides. A chart that stands alone has its own.
 */
import { inject, provide, ref, shallowRef } from 'vue'
import type { InjectionKey, Ref, ShallowRef } from 'vue'

export interface ChartPage {
  /** Value on the horizontal axis; shown by every chart of the same axis title. */
  readonly crosshair: ShallowRef<{ readonly axis: string; readonly x: number } | null>
  readonly highlighted: Ref<string | null>
  readonly hidden: Ref<ReadonlySet<string>>
  readonly toggle: (key: string) => void
}

const KEY: InjectionKey<ChartPage> = Symbol('chart page')

function createChartPage(): ChartPage {
  const hidden = ref<ReadonlySet<string>>(new Set())
  return {
    crosshair: shallowRef(null),
    highlighted: ref(null),
    hidden,
    toggle: (key) => {
      const next = new Set(hidden.value)
      if (!next.delete(key)) next.add(key)
      hidden.value = next
    },
  }
}

/** Called by a page: its charts move together from now on. */
export function provideChartPage(): ChartPage {
  const page = createChartPage()
  provide(KEY, page)
  return page
}

/** The page's, or one of its own for a chart that stands alone. */
export function useChartPage(): ChartPage {
  return inject(KEY, createChartPage, true)
}
