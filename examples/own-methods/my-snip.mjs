// A SNIP of one's own: of all weights, those with the largest |w · ∂L/∂w| are kept.
import { defineDistribution } from 'givens-bench'

export default defineDistribution({
  name: 'my-snip-js',
  title: 'My SNIP (JavaScript)',
  needs: ['weights', 'gradients'],
  distribute({ layers, density }) {
    const scores = layers.map(({ weight, gradient }) => weight.map((w, k) => Math.abs(w * gradient[k])))
    const ordered = Float64Array.from(scores.flatMap((score) => [...score])).sort()
    const threshold = ordered[ordered.length - Math.floor(density * ordered.length)]
    return scores.map((score) => Array.from(score, (value) => value >= threshold))
  },
})
