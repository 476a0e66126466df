// Gradual magnitude pruning (Zhu and Gupta 2017, arXiv 1710.01878): training begins at the density of the
// specification, and the smallest weights of all layers go, by a cubic schedule, until `final` is left.
import { defineDynamic } from 'givens-bench'

export default defineDynamic({
  name: 'gradual-pruning',
  title: 'Gradual pruning',
  traits: ['changesDensity'],
  settings: {
    final: { type: 'number', default: 0.1, min: 0.001, max: 1, help: 'Density at the end.' },
    end: {
      type: 'number',
      default: 0.7,
      min: 0.01,
      max: 1,
      help: 'Fraction of training after which it stays.',
    },
  },
  update({ layers, settings, step, steps }) {
    const done = Math.min(1, step / (settings.end * steps))
    const entries = layers.reduce((sum, layer) => sum + layer.entries, 0)
    const sizes = layers.map(({ weight, mask }) => weight.map((w, k) => (mask[k] ? Math.abs(w) : -1)))
    const kept = sizes.reduce((sum, each) => sum + each.reduce((count, size) => count + (size >= 0), 0), 0)
    // The cubic falls from 1; a run that begins sparser is pruned from where the cubic passes its density.
    const density = settings.final + (1 - settings.final) * (1 - done) ** 3
    const count = Math.min(kept, Math.round(density * entries))
    const ordered = Float64Array.from(sizes.flatMap((each) => [...each])).sort()
    const threshold = Math.max(0, ordered[entries - count])
    return sizes.map((each) => Array.from(each, (size) => size >= threshold))
  },
})
