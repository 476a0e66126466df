/**
 * Steps of approximate isometry, told where there are fewer than in the EOI paper: a row whose rival was cut
 * short says so in its name, whoever named it.
 */
import type { RunSpec } from './schema.ts'

/** Depth from which a plain network counts as one of the paper's thousand layers. */
const THOUSAND_LAYERS = 990

/** Steps in the paper (arXiv 2406.01755): 1,000 for its networks of 1000 layers, 10,000 for all others. */
export function paperAiSteps({ name, depth, depthMultiplier }: RunSpec['model']): number {
  const isPlain = name === 'mlp' || name === 'cnn'
  return isPlain && Math.round(depth * depthMultiplier) >= THOUSAND_LAYERS ? 1000 : 10_000
}

/** ` (200 steps)` for AI with fewer steps than the paper's; nothing otherwise. */
export function fewerSteps({ model, initialization }: Pick<RunSpec, 'model' | 'initialization'>): string {
  const { scheme, aiSteps } = initialization
  if (scheme !== 'ai' || aiSteps >= paperAiSteps(model)) return ''
  return ` (${stepsText(aiSteps)})`
}

/** `1 step`, `200 steps`, `1,000 steps`. */
export function stepsText(steps: number): string {
  return `${String(steps).replace(/\B(?=(\d{3})+$)/g, ',')} ${steps === 1 ? 'step' : 'steps'}`
}

/**
 * The labels of a study's point with `fewerSteps` at the one that names the scheme: where AI stands in it,
 * else at the axis `Scheme`, else at the last.
 */
export function honestLabels(
  labels: Readonly<Record<string, string>>,
  spec: RunSpec,
): Readonly<Record<string, string>> {
  const told = fewerSteps(spec)
  const axes = Object.keys(labels)
  if (told === '' || axes.length === 0 || axes.some((axis) => labels[axis].includes(told))) return labels
  const axis =
    axes.find((each) => /\bAI\b/.test(labels[each])) ??
    (axes.includes('Scheme') ? 'Scheme' : axes[axes.length - 1])
  return { ...labels, [axis]: `${labels[axis]}${told}` }
}
