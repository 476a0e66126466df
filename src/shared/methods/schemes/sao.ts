import { defineScheme } from '../define.ts'
import { nearestDivisors } from '../divisors.ts'

export const sao = defineScheme({
  name: 'sao',
  title: 'SAO',
  help: 'Exactly orthogonal from small dense blocks; the density is the degree over the width.',
  source: 'Esguerra et al. 2023',
  settings: {
    saoDegree: {
      type: 'integer',
      default: 16,
      minimum: 1,
      maximum: 4096,
      title: 'SAO degree',
      help: 'Nonzeros of a row; must divide the width.',
    },
  },
  traits: {
    ownsMask: true,
    ownsPositions: true,
    keepsEndsDense: true,
    hasRectifierForm: true,
    hasPublishedVariant: true,
    timed: true,
  },
  style: { color: 3 },
  check({ saoDegree }, { model }) {
    if (model.name !== 'mlp' && model.name !== 'cnn') return null
    const width = Math.max(1, Math.round(model.width * model.widthMultiplier))
    if (width % saoDegree === 0) return null
    return {
      where: 'saoDegree',
      severity: 'error',
      message:
        `SAO needs a degree that divides the width ${width}; ${saoDegree} does not. ` +
        `Nearest that do: ${nearestDivisors(width, saoDegree).join(', ')}.`,
    }
  },
})
