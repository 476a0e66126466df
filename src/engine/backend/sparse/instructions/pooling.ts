/** Pooling; a mean over `area` places, or with 0 over those inside the image. */
import { placesIn, rowsIn } from './spans.ts'
import { instruction, type Fields, type Instructions, type PlacedImage, type Span } from './types.ts'

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

/** The smaller image. */
const pooled = (
  image: PlacedImage,
  f: Readonly<Record<'channels' | 'outHeight' | 'outWidth' | 'bytes', number>>,
): Span => rowsIn(image, { channels: f.channels, height: f.outHeight, bytes: f.outWidth * f.bytes })

export const POOLING = {
  MAX_POOL: instruction({
    kernel: 'maxPool',
    file: 'pool',
    fields: { to: 'image', from: 'image', ...WINDOW },
    spans: (f) => ({ to: pooled(f.to, f), from: placesIn(f.from, f) }),
  }),
  MAX_POOL_GRADIENT: instruction({
    kernel: 'maxPoolGradient',
    file: 'pool',
    fields: { to: 'image', gradient: 'image', image: 'image', pooled: 'image', ...WINDOW },
    spans: (f) => ({
      to: placesIn(f.to, f),
      gradient: pooled(f.gradient, f),
      image: placesIn(f.image, f),
      pooled: pooled(f.pooled, f),
    }),
  }),
  AVERAGE_POOL: instruction({
    kernel: 'averagePool',
    file: 'pool',
    fields: { to: 'image', from: 'image', ...WINDOW, area: 'word' },
    spans: (f) => ({ to: pooled(f.to, f), from: placesIn(f.from, f) }),
  }),
  AVERAGE_POOL_GRADIENT: instruction({
    kernel: 'averagePoolGradient',
    file: 'pool',
    fields: { to: 'image', gradient: 'image', ...WINDOW, area: 'word' },
    spans: (f) => ({ to: placesIn(f.to, f), gradient: pooled(f.gradient, f) }),
  }),
} satisfies Instructions
