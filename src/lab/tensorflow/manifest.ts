/** Which wheels hold TensorFlow's C library, by variant; pinned by size and SHA-256. */
import type { TensorFlowVariant } from '../../engine/index.ts'
import manifest from '../../../resources/tensorflow.json' with { type: 'json' }

export interface Wheel {
  readonly name: string
  readonly version: string
  readonly sha256: string
  readonly bytes: number
  /** Beginnings of the paths that are unpacked. */
  readonly take: readonly string[]
  readonly unpackedBytes: number
}

export const TENSORFLOW_VERSION: string = manifest.version

/** Whether there are wheels for this platform, `linux-x64` and the like. */
export const hasWheels = (platform = `${process.platform}-${process.arch}`): boolean =>
  manifest.platforms.includes(platform)

/** The wheels of a variant, of which the headers that only a compiler reads stay packed. */
export function wheelsOf(variant: TensorFlowVariant): readonly Wheel[] {
  return manifest.variants[variant].map((wheel) => ({
    ...wheel,
    take: wheel.take.filter((path) => !path.includes('/include/')),
  }))
}
