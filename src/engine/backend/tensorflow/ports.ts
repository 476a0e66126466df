/** What goes in and out of a call of a SavedModel. */
import type { DType } from '../../ops/ir.ts'

/** A tensor that goes in or comes out: `reference` is `node:output`. */
export interface Port {
  readonly name: string
  /** An extent of −1 is known in the call. */
  readonly type: { readonly dtype: DType | 'byte'; readonly shape: readonly number[] }
  readonly reference: string
}

/** What to feed and fetch for one call. A fetched name of '' is a token that only makes updates happen. */
export interface Endpoint {
  readonly feeds: readonly Port[]
  readonly outputs: readonly Port[]
}
