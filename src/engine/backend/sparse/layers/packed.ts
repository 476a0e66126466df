/** Whether a kernel is taken with copies of its channels. */
import type { KernelGeometry } from '../model/kernel-plan.ts'
import type { Walk } from './walk.ts'

/** As in kernels/packed.ts: bytes of a step. */
const STEP = 256

/** Least nonzeros a channel, so that copying stays small beside what is computed. */
const LEAST_USES = 4

/** Whether a kernel has one tap, one group and no step between places: what its rows read are channels. */
export function readsChannels({ groups, dense, vertical, horizontal }: KernelGeometry): boolean {
  return (
    !dense &&
    groups === 1 &&
    [vertical, horizontal].every(({ kernel, stride }) => kernel === 1 && stride === 1)
  )
}

/** Whether each channel is read so often. */
export const readsOften = (nonzeros: number, channels: number): boolean => nonzeros >= LEAST_USES * channels

/** Whether to take it so: the places are one run, longer than what is copied, and channels are read often. */
export function isPacked(
  kernel: KernelGeometry,
  { height, width, bytes }: Walk,
  channels: number,
  nonzeros: number,
): boolean {
  return (
    readsChannels(kernel) &&
    height === 1 &&
    width === 1 &&
    bytes >= 2 * STEP &&
    readsOften(nonzeros, channels)
  )
}
