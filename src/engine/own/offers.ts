/** Weights, gradients and scores that a distribution of the user's own may ask the engine for. */
import type { OwnNeed } from '../../shared/methods/own.ts'
import type { ScoreEngine } from '../density/types.ts'

type Values = ReadonlyMap<string, Float64Array>

/** GraSP's temperature, as in its paper. */
const GRASP_TEMPERATURE = 200

/** Products of two arrays by kernel, entry by entry, times a factor. */
function products(a: Values, b: Values, form: (a: number, b: number) => number): Values {
  return new Map(
    [...a].map(([name, left]) => {
      const right = b.get(name)
      if (!right) throw new Error(`own distribution: nothing for ${name}`)
      return [name, left.map((value, k) => form(value, right[k]))]
    }),
  )
}

interface Offer {
  /** Name of the array as a layer has it: the method asks for all weights and gets each layer's weight. */
  readonly array: string
  readonly of: (scores: ScoreEngine) => Promise<Values> | Values
}

/** What a method may ask for, of all kernels, at the run's Base initialization. */
export const OFFERS: Readonly<Record<OwnNeed, Offer>> = {
  weights: { array: 'weight', of: ({ values }) => values },
  /** ∂L/∂w of the cross entropy. */
  gradients: { array: 'gradient', of: (scores) => scores.gradients('cross-entropy', 1) },
  /** |w·g| */
  snip: {
    array: 'snip',
    of: async (scores) =>
      products(scores.values, await scores.gradients('cross-entropy', 1), (w, g) => Math.abs(w * g)),
  },
  /** −w·Hg at temperature 200; its paper removes the largest. */
  grasp: {
    array: 'grasp',
    of: async (scores) => {
      const { product } = await scores.hessianGradient(GRASP_TEMPERATURE)
      return products(scores.values, product, (w, hg) => -w * hg)
    },
  },
  /** |w·∂R/∂w| of one pass over the absolute values. */
  synflow: {
    array: 'synflow',
    of: async (scores) =>
      products(scores.values, await scores.synapticFlow(scores.values, 'logits'), (w, r) => Math.abs(w * r)),
  },
}
