/** Sequences: tokens, positions, attention; and runs of bytes in another order. */
import type { Fields, Instructions } from './types.ts'

const HEADS = {
  saved: 'address',
  scratch: 'address',
  heads: 'word',
  depth: 'word',
  time: 'word',
  bytes: 'word',
  factor: 'real',
  causal: 'word',
} as const satisfies Fields

export const SEQUENCES = {
  FILL_PLACE: {
    kernel: 'fillPlace',
    file: 'tokens',
    fields: { to: 'image', values: 'address', channels: 'word', bytes: 'word' },
  },
  ADD_POSITIONS: {
    kernel: 'addPositions',
    file: 'tokens',
    fields: {
      to: 'image',
      from: 'image',
      values: 'address',
      channels: 'word',
      places: 'word',
      bytes: 'word',
    },
  },
  POSITION_SUMS: {
    kernel: 'positionSums',
    file: 'tokens',
    fields: { sums: 'address', gradient: 'image', channels: 'word', places: 'word', bytes: 'word' },
  },
  MOVE: {
    kernel: 'move',
    file: 'tokens',
    fields: { to: 'address', from: 'address', runs: 'address', count: 'word', accumulate: 'word' },
  },
  EMBED: {
    kernel: 'embed',
    file: 'embedding',
    fields: {
      to: 'image',
      tokens: 'image',
      table: 'address',
      features: 'word',
      time: 'word',
      bytes: 'word',
    },
  },
  EMBED_GRADIENT: {
    kernel: 'embedGradient',
    file: 'embedding',
    fields: {
      sums: 'address',
      gradient: 'image',
      tokens: 'image',
      vocabulary: 'word',
      features: 'word',
      time: 'word',
      bytes: 'word',
      accumulate: 'word',
    },
  },
  ATTEND: {
    kernel: 'attend',
    file: 'attention',
    fields: { to: 'image', query: 'image', key: 'image', value: 'image', ...HEADS },
  },
  ATTEND_GRADIENT: {
    kernel: 'attendGradient',
    file: 'attention',
    fields: {
      queryGradient: 'image',
      keyGradient: 'image',
      valueGradient: 'image',
      gradient: 'image',
      query: 'image',
      key: 'image',
      value: 'image',
      ...HEADS,
    },
  },
} as const satisfies Instructions
