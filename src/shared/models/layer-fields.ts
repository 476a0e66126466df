/** Which fields a layer of a kind has in a model file, what each allows, and its default. */
import type { LayerKind } from '../graph/types.ts'

export type FieldKind =
  /** A whole number from 1, or an expression. */
  | 'count'
  /** A whole number from 0. */
  | 'index'
  /** A count for both sides, or [height, width]. */
  | 'sides'
  /** A list of counts. */
  | 'shape'
  /** A list of whole numbers from 0. */
  | 'axes'
  | 'padding'
  | 'activation'
  | 'boolean'
  /** From 0 to below 1, or a setting. */
  | 'rate'
  /** Above 0. */
  | 'positive'
  /** Any number. */
  | 'number'
  /** The name of a layer. */
  | 'layer'

export interface LayerField {
  readonly kind: FieldKind
  /**
   * Left out: the field must be written, unless it is optional. A text that starts with `=` takes the value
   * of another field.
   */
  readonly default?: number | string | boolean
  /** May be left out, and is then no field of the layer. */
  readonly optional?: boolean
}

type LayerFields = Readonly<Record<string, LayerField>>

const WEIGHTS: LayerFields = {
  bias: { kind: 'boolean', default: true },
  maskable: { kind: 'boolean', default: true },
}
const WINDOW: LayerFields = {
  kernel: { kind: 'sides' },
  stride: { kind: 'count', default: 1 },
  padding: { kind: 'padding', default: 0 },
  dilation: { kind: 'count', optional: true },
}
const POOL: LayerFields = {
  size: { kind: 'count' },
  stride: { kind: 'count', default: '=size' },
  padding: { kind: 'padding', default: 0 },
}
const RATE: LayerFields = { rate: { kind: 'rate' } }

export const LAYER_FIELDS = {
  flatten: {},
  reshape: { shape: { kind: 'shape' } },
  dense: { units: { kind: 'count' }, ...WEIGHTS, tied: { kind: 'layer', optional: true } },
  conv: { filters: { kind: 'count' }, ...WINDOW, groups: { kind: 'count', default: 1 }, ...WEIGHTS },
  'depthwise-conv': { ...WINDOW, ...WEIGHTS },
  activation: { activation: { kind: 'activation' }, slope: { kind: 'number', optional: true } },
  'batch-norm': {
    momentum: { kind: 'rate', default: 0.9 },
    epsilon: { kind: 'positive', default: 1e-5 },
  },
  'layer-norm': { epsilon: { kind: 'positive', default: 1e-5 } },
  'max-pool': POOL,
  'average-pool': { ...POOL, excludePadding: { kind: 'boolean', optional: true } },
  'global-average-pool': {},
  add: {},
  multiply: {},
  concat: {},
  slice: { axis: { kind: 'index' }, begin: { kind: 'index', default: 0 }, size: { kind: 'count' } },
  permute: { axes: { kind: 'axes' } },
  'scale-channels': {},
  dropout: RATE,
  'stochastic-depth': RATE,
  'class-token': {},
  'position-embedding': {},
  'token-embedding': { vocabulary: { kind: 'count' }, features: { kind: 'count' } },
  attention: { heads: { kind: 'count' }, causal: { kind: 'boolean', optional: true } },
  'dot-product-attention': {
    heads: { kind: 'count' },
    scale: { kind: 'number' },
    causal: { kind: 'boolean', optional: true },
  },
  'layer-scale': { initial: { kind: 'number', default: 1e-4 } },
  'select-token': { index: { kind: 'index', default: 0 } },
  'pad-shortcut': { stride: { kind: 'count', default: 1 }, channels: { kind: 'count' } },
} as const satisfies Readonly<Record<Exclude<LayerKind, 'input'>, LayerFields>>

export type OwnLayerKind = keyof typeof LAYER_FIELDS
export const LAYER_KINDS = Object.keys(LAYER_FIELDS) as OwnLayerKind[]

/** The fields of a kind. */
export const fieldsOf = (kind: OwnLayerKind): LayerFields => LAYER_FIELDS[kind]

const ALLOWED: Readonly<Record<FieldKind, string>> = {
  count: 'a whole number from 1, or an expression such as "$width * 2"',
  index: 'a whole number from 0',
  sides: 'a whole number from 1, a list of two (height, width), or expressions such as "$width"',
  shape: 'a list of whole numbers from 1, or of expressions',
  axes: 'a list of whole numbers from 0',
  padding:
    '"same", "valid", "circular", a whole number from 0 (zeros on every side), or a list of four ' +
    '(top, bottom, left, right)',
  activation: 'the name of an activation, or "$activation"',
  boolean: 'true or false',
  rate: 'a number from 0 to below 1, or a setting such as "$dropout"',
  positive: 'a number above 0',
  number: 'a number',
  layer: 'the name of a layer',
}

/** What a field of a kind allows, in words. */
export const allowedValue = (kind: FieldKind): string => ALLOWED[kind]
