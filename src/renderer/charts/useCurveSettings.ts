/** How learning curves are drawn, on every page alike and kept between starts. */
import { inject, provide } from 'vue'
import type { InjectionKey, Ref } from 'vue'
import { BANDS, CURVE_AXES } from '../../shared/contract/lab.ts'
import { useStored } from '../composables/useStored.ts'

export type BandName = (typeof BANDS)[number]
export type AxisName = (typeof CURVE_AXES)[number]

export interface CurveSettings {
  readonly band: Ref<BandName>
  readonly axis: Ref<AxisName>
  readonly weight: Ref<number>
  readonly members: Ref<boolean>
}

/** Largest smoothing: a weight of 1 would forget every value. */
export const MOST_WEIGHT = 0.999

const isBand = (value: unknown): value is BandName => BANDS.some((each) => each === value)
const isAxis = (value: unknown): value is AxisName => CURVE_AXES.some((each) => each === value)
const isWeight = (value: unknown): value is number =>
  typeof value === 'number' && value >= 0 && value <= MOST_WEIGHT
const isFlag = (value: unknown): value is boolean => typeof value === 'boolean'

const KEY: InjectionKey<CurveSettings> = Symbol('curve settings')

/** Called by a page; what its charts read with `useCurveSettings`. */
export function provideCurveSettings(): CurveSettings {
  const settings: CurveSettings = {
    band: useStored<BandName>('curves.band', 'std', isBand),
    axis: useStored<AxisName>('curves.axis', 'step', isAxis),
    weight: useStored<number>('curves.weight', 0, isWeight),
    members: useStored<boolean>('curves.members', false, isFlag),
  }
  provide(KEY, settings)
  return settings
}

/** The page's. @throws Error where the page provides none. */
export function useCurveSettings(): CurveSettings {
  const settings = inject(KEY)
  if (!settings) throw new Error('useCurveSettings: no settings were provided')
  return settings
}
