/** Curves of runs, live: asked once, then grown by the points that the lab pushes. */
import { onScopeDispose, shallowRef, watch } from 'vue'
import type { ShallowRef } from 'vue'
import type { Series } from '../../shared/contract/lab.ts'
import type { MetricPoint, Phase } from '../../shared/contract/run.ts'
import { useLab } from './useLab.ts'
import { useQuery } from './useQuery.ts'
import { throttled } from './throttled.ts'

export interface SeriesRequest {
  readonly runs: readonly number[]
  readonly phase: Phase
  readonly name: string
  /** Width of the chart; a curve has at most twice as many points. */
  readonly pixels: number
  /** Tells the time of each point too. */
  readonly seconds?: boolean
}

const DRAW_MS = 250
/** A curve that grew to so many times the points that were asked for is asked for anew. */
const MOST_GROWTH = 2

/**
 * A series with the points that are newer than its last step; points at or before it are repeats and
 * dropped.
 */
export function appended(series: Series, points: readonly MetricPoint[]): Series {
  let last = series.steps.at(-1) ?? -Infinity
  const fresh = points.filter((point) => {
    if (point.phase !== series.phase || point.name !== series.name || point.step <= last) return false
    last = point.step
    return true
  })
  if (fresh.length === 0) return series
  return {
    ...series,
    steps: [...series.steps, ...fresh.map((point) => point.step)],
    values: [...series.values, ...fresh.map((point) => point.value)],
    epochs: [...series.epochs, ...fresh.map((point) => point.epoch)],
    ...(series.seconds ? { seconds: [...series.seconds, ...fresh.map((point) => point.wall)] } : {}),
    total: series.total + fresh.length,
  }
}

/** Series of the request, one per run; null until the first answer. */
export function useSeries(request: () => SeriesRequest | null): ShallowRef<readonly Series[] | null> {
  const lab = useLab()
  const query = useQuery('runs/series', request)
  const shown = shallowRef<readonly Series[] | null>(null)
  let waiting = new Map<number, MetricPoint[]>()

  const [draw, stop] = throttled(() => {
    const asked = request()
    const had = new Set((shown.value ?? []).map((series) => series.run))
    let next = (shown.value ?? []).map((series) => appended(series, waiting.get(series.run) ?? []))
    for (const [run, points] of waiting) {
      if (had.has(run) || !asked) continue
      const empty = {
        run,
        phase: asked.phase,
        name: asked.name,
        steps: [],
        values: [],
        epochs: [],
        ...(asked.seconds ? { seconds: [] } : {}),
        total: 0,
      }
      const begun = appended(empty, points)
      if (begun.total > 0) next = [...next, begun]
    }
    waiting = new Map()
    shown.value = next
    const most = 2 * MOST_GROWTH * (asked?.pixels ?? Infinity)
    if (next.some((series) => series.steps.length > most)) query.refresh()
  }, DRAW_MS)

  watch(query.data, (list) => {
    shown.value = list
    if (list && waiting.size > 0) draw()
  })
  onScopeDispose(
    lab.on('run/metrics', ({ run, points }) => {
      const asked = request()
      if (!asked?.runs.includes(run)) return
      const kept = points.filter((point) => point.phase === asked.phase && point.name === asked.name)
      if (kept.length === 0) return
      waiting.set(run, [...(waiting.get(run) ?? []), ...kept])
      if (query.data.value) draw()
    }),
  )
  onScopeDispose(stop)
  return shown
}
