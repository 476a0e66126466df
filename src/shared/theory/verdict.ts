/** What χ and the depth say to someone who chooses a gain, in words. */
import { methodTitle } from '../methods/registry.ts'
import { keepsAll } from '../methods/traits.ts'
import type { RunSpec } from '../spec/schema.ts'
import { criticalGainOf, predictSpectrum } from './jacobian-spectrum.ts'
import type { SpectrumPrediction, TheoryNetwork, TheoryScheme } from './jacobian-spectrum.ts'

/** Whether signals get through a network, in one line. */
export function verdict({ depth }: TheoryNetwork, { chi, xi, logMeanSquared }: SpectrumPrediction): string {
  if (chi === null || logMeanSquared === null) return 'the variance of signals grows without bound'
  if (Math.abs(logMeanSquared) < Math.log(2)) return `critical through ${depth} layers`
  const reach = `within about ${Math.abs(xi ?? 0).toPrecision(3)} layers`
  return chi < 1 ? `ordered: signals and gradients die ${reach}` : `chaotic: gradients explode ${reach}`
}

/** Squared gradients that change by more than this factor over the depth are hinted at. */
const HINTED_FACTOR = 100

/** Families without normalisation, where layer follows layer. */
const PLAIN: readonly string[] = ['mlp', 'cnn']

/** What the theory knows of a weight scheme; null for one that it does not. */
function theoryScheme(spec: RunSpec, isOpen: boolean): TheoryScheme | null {
  if (isOpen) return 'eoi'
  const { initialization } = spec
  const { scheme } = initialization
  if (keepsAll(spec)) return initialization.dense.includes('orthogonal') ? 'eoi' : 'gaussian'
  return Object.hasOwn(THEORY_OF, scheme) ? THEORY_OF[scheme] : null
}

const THEORY_OF: Readonly<Record<string, TheoryScheme>> = {
  base: 'base',
  'scaled-base': 'scaled-base',
  ai: 'eoi',
  eoi: 'eoi',
  sao: 'eoi',
}

/**
 * The network that theory sees in a specification; null where it has nothing to say. `isOpen`: axes choose
 * the scheme, and the network is taken as orthogonal weights would make it.
 */
export function theoryOf(spec: RunSpec, isOpen = false): TheoryNetwork | null {
  const { model, initialization, sparsity } = spec
  if (!PLAIN.includes(model.name)) return null
  const scheme = theoryScheme(spec, isOpen)
  if (scheme === null) return null
  return {
    activation: model.activation,
    gain: initialization.gain,
    biasStd: initialization.biasStd,
    depth: Math.max(1, Math.round(model.depth * model.depthMultiplier)),
    scheme,
    density: keepsAll(spec) ? 1 : sparsity.density,
  }
}

/**
 * What to tell beside the gain of a specification: that signals die or explode at its depth, and the gain
 * that would not let them. Null where they come through, and where theory has nothing to say.
 */
export function gainHint(spec: RunSpec, isOpen = false): string | null {
  const network = theoryOf(spec, isOpen)
  if (network === null) return null
  const prediction = predictSpectrum(network)
  const { logMeanSquared, chi } = prediction
  if (logMeanSquared !== null && Math.abs(logMeanSquared) < Math.log(HINTED_FACTOR)) return null
  const critical = criticalGainOf(network)
  const what =
    chi === null || logMeanSquared === null
      ? 'The variance of signals grows without bound'
      : `${chi < 1 ? 'Signals and gradients die' : 'Gradients explode'}: squared, by ` +
        `10^${(logMeanSquared / Math.LN10).toFixed(1)} over ${network.depth} layers`
  const masked = network.scheme === 'base' && network.density < 1
  const because = masked ? ` (the mask takes √d of ${methodTitle('scheme', spec.initialization.scheme)})` : ''
  const then =
    critical === null ? 'no gain is critical at this bias' : `critical here is ${critical.toPrecision(5)}`
  return `${what}${because}; ${then}.`
}
