/** Layers that take each number alone, factors, and what only moves numbers. */
import { PLACES, ROWS, type Instructions } from './types.ts'

export const ELEMENTWISE = {
  ACTIVATE: {
    kernel: 'activate',
    file: 'activations',
    fields: { kind: 'word', to: 'image', from: 'image', ...ROWS },
  },
  ACTIVATE_GRADIENT: {
    kernel: 'activateGradient',
    file: 'activation-gradients',
    fields: { kind: 'word', to: 'image', gradient: 'image', kept: 'image', ...ROWS, accumulate: 'word' },
  },
  GELU_AND_SLOPE: {
    kernel: 'geluAndSlope',
    file: 'activations',
    fields: { to: 'image', kept: 'image', ...ROWS },
  },
  ADD: {
    kernel: 'add',
    file: 'elementwise',
    fields: { to: 'image', a: 'image', b: 'image', ...ROWS, kind: 'word' },
  },
  COPY: { kernel: 'copy', file: 'elementwise', fields: { to: 'image', from: 'image', ...ROWS } },
  CLEAR: { kernel: 'clear', file: 'elementwise', fields: { to: 'image', ...ROWS } },
  DROP: {
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
  },
  WRAP: {
    kernel: 'wrap',
    file: 'elementwise',
    fields: { image: 'image', ...PLACES, top: 'word', bottom: 'word', left: 'word', right: 'word' },
  },
  FOLD: {
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
  },
  MULTIPLY: {
    kernel: 'multiply',
    file: 'products',
    fields: { to: 'image', a: 'image', b: 'image', step: 'word', ...PLACES, accumulate: 'word' },
  },
  PLACE_SUMS: {
    kernel: 'placeSums',
    file: 'products',
    fields: { to: 'image', a: 'image', b: 'image', ...PLACES, accumulate: 'word' },
  },
  SCALE_ROWS: {
    kernel: 'scaleRows',
    file: 'products',
    fields: { to: 'image', from: 'image', factors: 'address', ...ROWS, accumulate: 'word' },
  },
  ROW_DOTS: {
    kernel: 'rowDots',
    file: 'products',
    fields: { sums: 'address', a: 'image', b: 'image', ...ROWS },
  },
} as const satisfies Instructions
