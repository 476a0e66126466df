/**
 * Steps of approximate isometry, told where there are fewer than in the EOI paper: a row whose rival was cut
 * short says so in its name.
 */
import type { RunShape } from '../types.ts'

/** Depth from which a plain network counts as one of the paper's thousand layers. */
const THOUSAND_LAYERS = 990

/** Steps in the paper (arXiv 2406.01755): 1,000 for its networks of 1000 layers, 10,000 for all others. */
export function paperAiSteps({ name, depth, depthMultiplier }: RunShape['model']): number {
  const isPlain = name === 'mlp' || name === 'cnn'
  return isPlain && Math.round(depth * depthMultiplier) >= THOUSAND_LAYERS ? 1000 : 10_000
}

/** `1 step`, `200 steps`, `1,000 steps`. */
export function stepsText(steps: number): string {
  return `${String(steps).replace(/\B(?=(\d{3})+$)/g, ',')} ${steps === 1 ? 'step' : 'steps'}`
}
