/** Erdős–Rényi densities: a layer's density in proportion to a raw value of its shape, capped at 1. */
import { sizeOf } from './shapes.ts'
import type { Shape } from './types.ts'

export interface ScaledDensities {
  readonly densities: readonly number[]
  /** The factor ε of the layers that are not capped. */
  readonly epsilon: number
  /** Layers that became dense. */
  readonly capped: readonly number[]
}

/**
 * Solves Σ min(1, ε·raw_l)·entries_l = density·Σ entries_l for ε. Layers whose value passes 1 become dense
 * and ε is solved again: ε only grows by that, so a capped layer stays capped and the order of capping does
 * not matter.
 */
export function scaleToDensity(
  raw: readonly number[],
  entries: readonly number[],
  density: number,
): ScaledDensities {
  const budget = density * entries.reduce((sum, count) => sum + count, 0)
  const dense = new Set<number>()
  for (;;) {
    let rest = budget
    let weight = 0
    for (let k = 0; k < raw.length; k++) {
      if (dense.has(k)) rest -= entries[k]
      else weight += raw[k] * entries[k]
    }
    const epsilon = weight > 0 ? rest / weight : 0
    const over = raw.flatMap((value, k) => (!dense.has(k) && epsilon * value > 1 ? [k] : []))
    if (over.length === 0) {
      const densities = raw.map((value, k) => (dense.has(k) ? 1 : epsilon * value))
      return { densities, epsilon, capped: [...dense].sort((a, b) => a - b) }
    }
    for (const k of over) dense.add(k)
  }
}

/** ERK's raw value (Evci et al. 2020, arXiv 1911.11134): Σ dims / Π dims over all dims of a kernel. */
export function erkValue(shape: Shape): number {
  return shape.reduce((total, side) => total + side, 0) / sizeOf(shape)
}

/** ER's raw value (Mocanu et al. 2018): (in + out)/(in·out) of the channels alone. */
export function erValue(shape: Shape): number {
  const [inputs, outputs] = shape.slice(-2)
  return (inputs + outputs) / (inputs * outputs)
}
