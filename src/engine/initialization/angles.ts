/** Where the angles of EOI's rotations come from. */
import { BenchError } from '../../shared/contract/errors.ts'
import type { RunSpec } from '../../shared/spec/schema.ts'
import type { Stream } from '../rng.ts'

export type AngleSettings = RunSpec['initialization']['angles']

export interface Rotation {
  cos: number
  sin: number
}

/** Draws the next angle into `rotation`, so that the hot loop allocates nothing. */
export type AngleSampler = (rotation: Rotation) => void

const RADIANS = Math.PI / 180

/** cos and sin of an angle in degrees, exact at multiples of 90°. */
export function exactRotation(degrees: number): Rotation {
  const turn = ((degrees % 360) + 360) % 360
  if (turn % 90 === 0) {
    const quarter = turn / 90
    return { cos: [1, 0, -1, 0][quarter], sin: [0, 1, 0, -1][quarter] }
  }
  return { cos: Math.cos(turn * RADIANS), sin: Math.sin(turn * RADIANS) }
}

/**
 * True when the angle mixes two columns; a multiple of 90° only swaps them, so that the density never grows.
 */
export function mixes(settings: AngleSettings): boolean {
  if (settings.kind === 'uniform') return true
  if (settings.kind === 'interval' && settings.from !== settings.to) return true
  const { cos, sin } = exactRotation(settings.kind === 'fixed' ? settings.degrees : settings.from)
  return cos !== 0 && sin !== 0
}

/**
 * Angle distribution of a specification: uniform on [0°, 360°), one fixed angle, or uniform on [from, to]
 * (degrees). Throws BenchError('bad-input') when the interval is reversed.
 */
export function angleSampler(settings: AngleSettings, stream: Stream): AngleSampler {
  if (settings.kind === 'fixed' || (settings.kind === 'interval' && settings.from === settings.to)) {
    const fixed = exactRotation(settings.kind === 'fixed' ? settings.degrees : settings.from)
    return (rotation) => {
      rotation.cos = fixed.cos
      rotation.sin = fixed.sin
    }
  }
  const from = settings.kind === 'uniform' ? 0 : settings.from * RADIANS
  const to = settings.kind === 'uniform' ? 2 * Math.PI : settings.to * RADIANS
  if (to < from) {
    throw new BenchError(
      'bad-input',
      `Angles from ${settings.from}° to ${settings.to}°: the end lies before the start. ` +
        'Give the smaller angle first.',
      'initialization.angles',
    )
  }
  return (rotation) => {
    const angle = from + (to - from) * stream.uniform()
    rotation.cos = Math.cos(angle)
    rotation.sin = Math.sin(angle)
  }
}
