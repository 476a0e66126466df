/** Sequences: tokens, positions, attention; and runs of bytes in another order. */
import { attentionBytes, attentionKept } from './scratch.ts'
import { bytes, rowsIn, words } from './spans.ts'
import { instruction, type Fields, type Instructions, type PlacedImage, type Span } from './types.ts'

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

type Heads = Readonly<Record<'heads' | 'depth' | 'time' | 'bytes', number>>

/** One row of an image, a place a token. */
const tokensOf = (image: PlacedImage, f: Readonly<Record<'channels' | 'places' | 'bytes', number>>): Span =>
  rowsIn(image, { channels: f.channels, height: 1, bytes: f.places * f.bytes })

/** Images of all heads. */
const headsIn = (image: PlacedImage, { heads, depth, time, bytes: size }: Heads): Span =>
  rowsIn(image, { channels: heads * depth, height: 1, bytes: time * size })

const attending = ({ heads, depth, time, bytes: size }: Heads): Record<'saved' | 'scratch', Span> => ({
  saved: bytes(attentionKept(heads, time, size)),
  scratch: bytes(attentionBytes(depth, time)),
})

export const SEQUENCES = {
  FILL_PLACE: instruction({
    kernel: 'fillPlace',
    file: 'tokens',
    fields: { to: 'image', values: 'address', channels: 'word', bytes: 'word' },
    spans: (f) => ({ to: rowsIn(f.to, { ...f, height: 1 }), values: words(f.channels) }),
  }),
  ADD_POSITIONS: instruction({
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
    spans: (f) => ({
      to: tokensOf(f.to, f),
      from: tokensOf(f.from, f),
      values: words(f.places * f.channels),
    }),
  }),
  POSITION_SUMS: instruction({
    kernel: 'positionSums',
    file: 'tokens',
    fields: { sums: 'address', gradient: 'image', channels: 'word', places: 'word', bytes: 'word' },
    spans: (f) => ({ sums: words(f.places * f.channels), gradient: tokensOf(f.gradient, f) }),
  }),
  MOVE: instruction({
    kernel: 'move',
    file: 'tokens',
    fields: { to: 'address', from: 'address', runs: 'address', count: 'word', accumulate: 'word' },
    spans({ runs, count }, tables) {
      const moved = (from: number): Span => {
        let [least, end] = [Infinity, -Infinity]
        for (let run = 0; run < count; run++) {
          const at = tables.word(runs + 12 * run + from)
          least = Math.min(least, at)
          end = Math.max(end, at + tables.word(runs + 12 * run + 8))
        }
        return count > 0 ? { from: least, to: end } : bytes(0)
      }
      return { to: moved(0), from: moved(4), runs: words(3 * count) }
    },
  }),
  EMBED: instruction({
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
    spans: ({ to, tokens, features, time, bytes: size }) => ({
      to: rowsIn(to, { channels: features, height: 1, bytes: time * size }),
      tokens: rowsIn(tokens, { channels: time, height: 1, bytes: size }),
      // Which rows are read the examples say, whose tokens are checked as they come.
      table: words(features),
    }),
  }),
  EMBED_GRADIENT: instruction({
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
    spans: ({ gradient, tokens, vocabulary, features, time, bytes: size }) => ({
      sums: words(vocabulary * features),
      gradient: rowsIn(gradient, { channels: features, height: 1, bytes: time * size }),
      tokens: rowsIn(tokens, { channels: time, height: 1, bytes: size }),
    }),
  }),
  ATTEND: instruction({
    kernel: 'attend',
    file: 'attention',
    fields: { to: 'image', query: 'image', key: 'image', value: 'image', ...HEADS },
    spans: (f) => ({
      to: headsIn(f.to, f),
      query: headsIn(f.query, f),
      key: headsIn(f.key, f),
      value: headsIn(f.value, f),
      ...attending(f),
    }),
  }),
  ATTEND_GRADIENT: instruction({
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
    spans: (f) => ({
      queryGradient: headsIn(f.queryGradient, f),
      keyGradient: headsIn(f.keyGradient, f),
      valueGradient: headsIn(f.valueGradient, f),
      gradient: headsIn(f.gradient, f),
      query: headsIn(f.query, f),
      key: headsIn(f.key, f),
      value: headsIn(f.value, f),
      ...attending(f),
    }),
  }),
} satisfies Instructions
