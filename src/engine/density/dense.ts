import type { Distribution } from './distribution.ts'
import { densitiesOnly } from './kernels.ts'

/** Every kernel dense, whatever the density asked. */
export const dense: Distribution = ({ kernels }) =>
  densitiesOnly(
    kernels,
    kernels.map(() => 1),
  )
