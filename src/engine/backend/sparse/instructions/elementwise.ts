/** Layers that take each number alone, factors, and what only moves numbers. */
import { placesIn, rowsIn, words } from './spans.ts'
import { instruction, PLACES, ROWS, type Instructions, type PlacedImage, type Span } from './types.ts'

interface Wrapped {
  readonly channels: number
  readonly height: number
  readonly width: number
  readonly bytes: number
  readonly top: number
  readonly bottom: number
  readonly left: number
  readonly right: number
}

/** An image with the halo around each channel. */
const withHalo = ({ plane, row }: PlacedImage, f: Wrapped): Span => ({
  from: -f.top * row - f.left * f.bytes,
  to: (f.channels - 1) * plane + (f.height - 1 + f.bottom) * row + (f.width + f.right) * f.bytes,
})

export const ELEMENTWISE = {
  ACTIVATE: instruction({
    kernel: 'activate',
    file: 'activations',
    fields: { kind: 'word', to: 'image', from: 'image', ...ROWS },
    spans: (f) => ({ to: rowsIn(f.to, f), from: rowsIn(f.from, f) }),
  }),
  ACTIVATE_GRADIENT: instruction({
    kernel: 'activateGradient',
    file: 'activation-gradients',
    fields: { kind: 'word', to: 'image', gradient: 'image', kept: 'image', ...ROWS, accumulate: 'word' },
    spans: (f) => ({ to: rowsIn(f.to, f), gradient: rowsIn(f.gradient, f), kept: rowsIn(f.kept, f) }),
  }),
  GELU_AND_SLOPE: instruction({
    kernel: 'geluAndSlope',
    file: 'activations',
    fields: { to: 'image', kept: 'image', ...ROWS },
    spans: (f) => ({ to: rowsIn(f.to, f), kept: rowsIn(f.kept, f) }),
  }),
  ADD: instruction({
    kernel: 'add',
    file: 'elementwise',
    fields: { to: 'image', a: 'image', b: 'image', ...ROWS, kind: 'word' },
    spans: (f) => ({ to: rowsIn(f.to, f), a: rowsIn(f.a, f), b: rowsIn(f.b, f) }),
  }),
  COPY: instruction({
    kernel: 'copy',
    file: 'elementwise',
    fields: { to: 'image', from: 'image', ...ROWS },
    spans: (f) => ({ to: rowsIn(f.to, f), from: rowsIn(f.from, f) }),
  }),
  CLEAR: instruction({
    kernel: 'clear',
    file: 'elementwise',
    fields: { to: 'image', ...ROWS },
    spans: (f) => ({ to: rowsIn(f.to, f) }),
  }),
  DROP: instruction({
    kernel: 'drop',
    file: 'elementwise',
    fields: {
      to: 'image',
      from: 'image',
      uniform: 'image',
      step: 'word',
      ...PLACES,
      rate: 'real',
      factor: 'real',
      accumulate: 'word',
    },
    spans: (f) => ({
      to: placesIn(f.to, f),
      from: placesIn(f.from, f),
      uniform: placesIn(f.uniform, f, f.step),
    }),
  }),
  WRAP: instruction({
    kernel: 'wrap',
    file: 'elementwise',
    fields: { image: 'image', ...PLACES, top: 'word', bottom: 'word', left: 'word', right: 'word' },
    spans: (f) => ({ image: withHalo(f.image, f) }),
  }),
  FOLD: instruction({
    kernel: 'fold',
    file: 'elementwise',
    fields: {
      to: 'image',
      from: 'image',
      ...PLACES,
      top: 'word',
      bottom: 'word',
      left: 'word',
      right: 'word',
    },
    spans(f) {
      const height = f.top + f.height + f.bottom
      const width = f.left + f.width + f.right
      return { to: placesIn(f.to, f), from: placesIn(f.from, { ...f, height, width }) }
    },
  }),
  MULTIPLY: instruction({
    kernel: 'multiply',
    file: 'products',
    fields: { to: 'image', a: 'image', b: 'image', step: 'word', ...PLACES, accumulate: 'word' },
    spans: (f) => ({ to: placesIn(f.to, f), a: placesIn(f.a, f), b: placesIn(f.b, f, f.step) }),
  }),
  PLACE_SUMS: instruction({
    kernel: 'placeSums',
    file: 'products',
    fields: { to: 'image', a: 'image', b: 'image', ...PLACES, accumulate: 'word' },
    spans: (f) => ({ to: rowsIn(f.to, { ...f, height: 1 }), a: placesIn(f.a, f), b: placesIn(f.b, f) }),
  }),
  SCALE_ROWS: instruction({
    kernel: 'scaleRows',
    file: 'products',
    fields: { to: 'image', from: 'image', factors: 'address', ...ROWS, accumulate: 'word' },
    spans: (f) => ({ to: rowsIn(f.to, f), from: rowsIn(f.from, f), factors: words(f.channels) }),
  }),
  ROW_DOTS: instruction({
    kernel: 'rowDots',
    file: 'products',
    fields: { sums: 'address', a: 'image', b: 'image', ...ROWS },
    spans: (f) => ({ sums: words(f.channels), a: rowsIn(f.a, f), b: rowsIn(f.b, f) }),
  }),
} satisfies Instructions
