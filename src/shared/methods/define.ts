/** Descriptors written so that the types of their settings are known to the compiler. */
import type { DistributionDescriptor, DynamicDescriptor, SchemeDescriptor, Settings } from './types.ts'

type Written<D extends { kind: string }> = Omit<D, 'kind'>

export const defineScheme = <const S extends Settings>(
  scheme: Written<SchemeDescriptor<S>>,
): SchemeDescriptor<S> => ({ kind: 'scheme', ...scheme })

export const defineDistribution = <const S extends Settings>(
  distribution: Written<DistributionDescriptor<S>>,
): DistributionDescriptor<S> => ({ kind: 'distribution', ...distribution })

export const defineDynamic = <const S extends Settings>(
  method: Written<DynamicDescriptor<S>>,
): DynamicDescriptor<S> => ({ kind: 'dynamic', ...method })
