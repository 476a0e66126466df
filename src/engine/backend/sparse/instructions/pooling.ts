/** Pooling; a mean over `area` places, or with 0 over those inside the image. */
import type { Fields, Instructions } from './types.ts'

/** Sizes of both images, the window, its steps, the padding before, bytes a place. */
const WINDOW = {
  channels: 'word',
  height: 'word',
  width: 'word',
  outHeight: 'word',
  outWidth: 'word',
  sizeY: 'word',
  sizeX: 'word',
  stride: 'word',
  top: 'word',
  left: 'word',
  bytes: 'word',
} as const satisfies Fields

export const POOLING = {
  MAX_POOL: { kernel: 'maxPool', file: 'pool', fields: { to: 'image', from: 'image', ...WINDOW } },
  MAX_POOL_GRADIENT: {
    kernel: 'maxPoolGradient',
    file: 'pool',
    fields: { to: 'image', gradient: 'image', image: 'image', pooled: 'image', ...WINDOW },
  },
  AVERAGE_POOL: {
    kernel: 'averagePool',
    file: 'pool',
    fields: { to: 'image', from: 'image', ...WINDOW, area: 'word' },
  },
  AVERAGE_POOL_GRADIENT: {
    kernel: 'averagePoolGradient',
    file: 'pool',
    fields: { to: 'image', gradient: 'image', ...WINDOW, area: 'word' },
  },
} as const satisfies Instructions
