/** From examples to lanes and back, and the loss. */
import type { Fields, Instructions } from './types.ts'

const LOSS = {
  logits: 'address',
  labels: 'address',
  weights: 'address',
  gradient: 'address',
  totals: 'address',
  classes: 'word',
  lanes: 'word',
  scale: 'real',
  smoothing: 'real',
  plane: 'word',
  gradientPlane: 'word',
} as const satisfies Fields

export const EXAMPLES = {
  TO_LANES: {
    kernel: 'toLanes',
    file: 'loss',
    fields: {
      to: 'image',
      from: 'address',
      count: 'wordAt',
      height: 'word',
      width: 'word',
      channels: 'word',
      lanes: 'word',
    },
  },
  PLACE_LANES: {
    kernel: 'placeLanes',
    file: 'examples',
    fields: {
      to: 'image',
      pixels: 'address',
      images: 'address',
      table: 'address',
      count: 'wordAt',
      height: 'word',
      width: 'word',
      channels: 'word',
      lanes: 'word',
      rows: 'address',
      columns: 'address',
      rowCrops: 'address',
      columnCrops: 'address',
      bases: 'address',
      lines: 'address',
    },
  },
  FROM_LANES: {
    kernel: 'fromLanes',
    file: 'loss',
    fields: { to: 'address', from: 'image', count: 'wordAt', features: 'word', stride: 'word' },
  },
  CROSS_ENTROPY: { kernel: 'crossEntropy', file: 'loss', fields: LOSS },
  TARGET_ENTROPY: {
    kernel: 'targetEntropy',
    file: 'loss',
    fields: { ...LOSS, shares: 'address', others: 'address', otherShares: 'address', binary: 'word' },
  },
} as const satisfies Instructions
