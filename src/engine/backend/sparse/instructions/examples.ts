/** From examples to lanes and back, and the loss. */
import { bytes, rowsIn, words } from './spans.ts'
import { instruction, type Fields, type Instructions, type Span } from './types.ts'

const LOSS = {
  logits: 'address',
  labels: 'address',
  weights: 'address',
  gradient: 'optional',
  totals: 'address',
  classes: 'word',
  lanes: 'word',
  scale: 'real',
  smoothing: 'real',
  plane: 'word',
  gradientPlane: 'word',
} as const satisfies Fields

type LossField = 'logits' | 'labels' | 'weights' | 'gradient' | 'totals'

const lossSpans = ({
  classes,
  lanes,
  plane,
  gradientPlane,
}: Readonly<Record<'classes' | 'lanes' | 'plane' | 'gradientPlane', number>>): Record<LossField, Span> => ({
  logits: bytes((classes - 1) * plane + 4 * lanes),
  labels: words(lanes),
  weights: words(lanes),
  gradient: bytes((classes - 1) * gradientPlane + 4 * lanes),
  totals: bytes(16),
})

export const EXAMPLES = {
  TO_LANES: instruction({
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
    spans: ({ to, height, width, channels, lanes }) => ({
      to: rowsIn(to, { channels, height, bytes: 4 * width * lanes }),
      from: words(lanes * height * width * channels),
    }),
  }),
  PLACE_LANES: instruction({
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
      rows: 'optional',
      columns: 'optional',
      rowCrops: 'address',
      columnCrops: 'address',
      bases: 'address',
      lines: 'address',
    },
    spans({ to, images, height, width, channels, lanes, rowCrops, columnCrops }, tables) {
      const last = (table: number): number => tables.range(table, lanes).most
      return {
        to: rowsIn(to, { channels, height, bytes: 4 * width * lanes }),
        pixels: bytes((last(images) + 1) * height * width * channels),
        images: words(lanes),
        table: words(256 * channels),
        rows: words((last(rowCrops) + 1) * height),
        columns: words((last(columnCrops) + 1) * width),
        rowCrops: words(lanes),
        columnCrops: words(lanes),
        bases: words(lanes),
        lines: words(lanes),
      }
    },
  }),
  FROM_LANES: instruction({
    kernel: 'fromLanes',
    file: 'loss',
    fields: { to: 'address', from: 'image', count: 'wordAt', features: 'word', stride: 'word' },
    spans({ from, count: countAt, features, stride }, tables) {
      const count = tables.word(countAt)
      return {
        to: words(count > 0 ? (count - 1) * stride + features : 0),
        from: rowsIn(from, { channels: features, height: 1, bytes: 4 * count }),
      }
    },
  }),
  CROSS_ENTROPY: instruction({ kernel: 'crossEntropy', file: 'loss', fields: LOSS, spans: lossSpans }),
  TARGET_ENTROPY: instruction({
    kernel: 'targetEntropy',
    file: 'loss',
    fields: { ...LOSS, shares: 'optional', others: 'optional', otherShares: 'optional', binary: 'word' },
    spans: (f) => ({
      ...lossSpans(f),
      shares: words(f.lanes),
      others: words(f.lanes),
      otherShares: words(f.lanes),
    }),
  }),
} satisfies Instructions
