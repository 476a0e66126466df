/**
 * Instructions of tapes with named, typed fields: from this table the writer takes its types and the order of
 * its words, and scripts/build-kernels.mjs makes the reader (assembly/instructions.ts), after it has compared
 * the fields with the parameters of each kernel. An `image` is three words on a tape, all else one.
 */

/** `image`: address, bytes a plane, bytes a row. `word`: a number or an address. `real`: a float32. */
export type FieldKind = 'image' | 'word' | 'real'

export interface Instruction {
  /** Not one of assembly/opcodes.ts. */
  readonly opcode: number
  /** The function that does it, and its file in assembly/. */
  readonly kernel: string
  readonly file: string
  /** In the order of the function's parameters. */
  readonly fields: Readonly<Record<string, FieldKind>>
}

export const INSTRUCTIONS = {
  MULTIPLY: {
    opcode: 64,
    kernel: 'multiply',
    file: 'products',
    fields: {
      to: 'image',
      a: 'image',
      b: 'image',
      step: 'word',
      channels: 'word',
      height: 'word',
      width: 'word',
      bytes: 'word',
      accumulate: 'word',
    },
  },
  PLACE_SUMS: {
    opcode: 65,
    kernel: 'placeSums',
    file: 'products',
    fields: {
      to: 'image',
      a: 'image',
      b: 'image',
      channels: 'word',
      height: 'word',
      width: 'word',
      bytes: 'word',
      accumulate: 'word',
    },
  },
  SCALE_ROWS: {
    opcode: 66,
    kernel: 'scaleRows',
    file: 'products',
    fields: {
      to: 'image',
      from: 'image',
      factors: 'word',
      channels: 'word',
      height: 'word',
      bytes: 'word',
      accumulate: 'word',
    },
  },
  ROW_DOTS: {
    opcode: 67,
    kernel: 'rowDots',
    file: 'products',
    fields: { sums: 'word', a: 'image', b: 'image', channels: 'word', height: 'word', bytes: 'word' },
  },
  LAYER_NORM: {
    opcode: 68,
    kernel: 'layerNorm',
    file: 'layer-norm',
    fields: {
      to: 'image',
      from: 'image',
      saved: 'word',
      scale: 'word',
      shift: 'word',
      epsilon: 'real',
      channels: 'word',
      height: 'word',
      bytes: 'word',
    },
  },
  LAYER_NORM_GRADIENT: {
    opcode: 69,
    kernel: 'layerNormGradient',
    file: 'layer-norm',
    fields: {
      to: 'image',
      gradient: 'image',
      image: 'image',
      saved: 'word',
      scale: 'word',
      channels: 'word',
      height: 'word',
      bytes: 'word',
      accumulate: 'word',
    },
  },
  LAYER_NORM_SUMS: {
    opcode: 70,
    kernel: 'layerNormSums',
    file: 'layer-norm',
    fields: {
      scaleSums: 'word',
      shiftSums: 'word',
      gradient: 'image',
      image: 'image',
      saved: 'word',
      channels: 'word',
      height: 'word',
      bytes: 'word',
    },
  },
  FILL_PLACE: {
    opcode: 71,
    kernel: 'fillPlace',
    file: 'tokens',
    fields: { to: 'image', values: 'word', channels: 'word', bytes: 'word' },
  },
  ADD_POSITIONS: {
    opcode: 72,
    kernel: 'addPositions',
    file: 'tokens',
    fields: {
      to: 'image',
      from: 'image',
      values: 'word',
      channels: 'word',
      places: 'word',
      bytes: 'word',
    },
  },
  POSITION_SUMS: {
    opcode: 73,
    kernel: 'positionSums',
    file: 'tokens',
    fields: { sums: 'word', gradient: 'image', channels: 'word', places: 'word', bytes: 'word' },
  },
  MOVE: {
    opcode: 74,
    kernel: 'move',
    file: 'tokens',
    fields: { to: 'word', from: 'word', runs: 'word', count: 'word', accumulate: 'word' },
  },
  ATTEND: {
    opcode: 75,
    kernel: 'attend',
    file: 'attention',
    fields: {
      to: 'image',
      query: 'image',
      key: 'image',
      value: 'image',
      saved: 'word',
      scratch: 'word',
      heads: 'word',
      depth: 'word',
      time: 'word',
      bytes: 'word',
      factor: 'real',
      causal: 'word',
    },
  },
  ATTEND_GRADIENT: {
    opcode: 76,
    kernel: 'attendGradient',
    file: 'attention',
    fields: {
      queryGradient: 'image',
      keyGradient: 'image',
      valueGradient: 'image',
      gradient: 'image',
      output: 'image',
      query: 'image',
      key: 'image',
      value: 'image',
      saved: 'word',
      scratch: 'word',
      heads: 'word',
      depth: 'word',
      time: 'word',
      bytes: 'word',
      factor: 'real',
      causal: 'word',
    },
  },
  FULL_PRODUCT: {
    opcode: 77,
    kernel: 'fullProduct',
    file: 'full-product',
    fields: {
      out: 'word',
      rowOut: 'word',
      outY: 'word',
      outX: 'word',
      input: 'word',
      inY: 'word',
      inX: 'word',
      offsets: 'word',
      weights: 'word',
      bias: 'word',
      rows: 'word',
      columns: 'word',
      height: 'word',
      width: 'word',
      bytes: 'word',
      accumulate: 'word',
      kind: 'word',
    },
  },
  FULL_GRADIENT: {
    opcode: 78,
    kernel: 'fullGradient',
    file: 'full-gradient',
    fields: {
      sums: 'word',
      partial: 'word',
      gradient: 'word',
      gradRow: 'word',
      gradY: 'word',
      gradX: 'word',
      input: 'word',
      inY: 'word',
      inX: 'word',
      offsets: 'word',
      rows: 'word',
      columns: 'word',
      height: 'word',
      width: 'word',
      bytes: 'word',
      block: 'word',
    },
  },
  EMBED: {
    opcode: 79,
    kernel: 'embed',
    file: 'embedding',
    fields: {
      to: 'image',
      tokens: 'image',
      table: 'word',
      features: 'word',
      time: 'word',
      bytes: 'word',
    },
  },
  EMBED_GRADIENT: {
    opcode: 80,
    kernel: 'embedGradient',
    file: 'embedding',
    fields: {
      sums: 'word',
      gradient: 'image',
      tokens: 'image',
      vocabulary: 'word',
      features: 'word',
      time: 'word',
      bytes: 'word',
      accumulate: 'word',
    },
  },
} as const satisfies Record<string, Instruction>

export type InstructionName = keyof typeof INSTRUCTIONS
