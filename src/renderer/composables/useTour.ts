/** The tour: a few stops on real results, at the pages' own addresses; it can be left at any of them. */
import { computed, inject, provide, ref } from 'vue'
import type { ComputedRef, InjectionKey, Ref } from 'vue'
import { useRouter } from 'vue-router'
import type { Bundles } from './useBundles.ts'

export interface TourStop {
  readonly title: string
  readonly text: string
  readonly address: string
}

/** The stops over the runs of a study, one of which is looked at more closely. */
export function tourStops(study: string, run: number | null): readonly TourStop[] {
  const query = `?study=${encodeURIComponent(study)}`
  return [
    {
      title: 'A study is a grid of runs',
      text:
        'Every combination of its axes, once for each seed. Those of the paper stand below, each with ' +
        'a reduced form for a laptop; duplicate one and change it.',
      address: '/studies',
    },
    {
      title: 'All runs in one table',
      text:
        'Sort, filter, group by all but the seed, choose and pin columns. By keyboard: arrows walk, Enter ' +
        'opens, Space selects, S stars, X archives.',
      address: `/runs${query}`,
    },
    {
      title: 'One run',
      text: 'Curves that grow while it trains, layers, spectra, events, and what it takes to repeat it.',
      address: run === null ? `/runs${query}` : `/runs/${run}`,
    },
    {
      title: 'The comparison',
      text:
        'Mean ± deviation over seeds, best in bold, tests between schemes, figures. What you see is what ' +
        'you export: as CSV, LaTeX, SVG, PDF, or as a file for another bench.',
      address: `/compare${query}`,
    },
    {
      title: 'Now your own',
      text: 'Set up a grid; the number of runs, the time and the disk are told before anything starts.',
      address: '/studies/new',
    },
  ]
}

export interface Tour {
  /** Null while there is no tour. */
  readonly stop: ComputedRef<TourStop | null>
  readonly index: Ref<number>
  readonly count: ComputedRef<number>
  readonly busy: Ref<boolean>
  /** Brings in the sample results, as far as they are missing, and begins. */
  readonly start: () => Promise<void>
  readonly go: (index: number) => void
  readonly end: () => void
}

const KEY: InjectionKey<Tour> = Symbol('tour')

/** `runOf` finds a run of a study to look at. */
export function provideTour(
  { addSample, busy }: Bundles,
  runOf: (study: string) => Promise<number | null>,
): Tour {
  const router = useRouter()
  const stops = ref<readonly TourStop[]>([])
  const index = ref(0)
  const go = (next: number): void => {
    index.value = Math.max(0, Math.min(stops.value.length - 1, next))
    const stop = stops.value[index.value]
    if (stop) void router.push(stop.address)
  }
  const tour: Tour = {
    stop: computed(() => stops.value[index.value] ?? null),
    index,
    count: computed(() => stops.value.length),
    busy,
    start: async () => {
      const study = await addSample()
      if (study === null) return
      stops.value = tourStops(study, await runOf(study))
      go(0)
    },
    go,
    end: () => {
      stops.value = []
    },
  }
  provide(KEY, tour)
  return tour
}

export function useTour(): Tour {
  const tour = inject(KEY)
  if (!tour) throw new Error('useTour: none was provided')
  return tour
}
