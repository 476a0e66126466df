/** What the pool of decoders and its threads say to each other. */
import type { ErrorMessage } from '../../shared/contract/errors.ts'
import type { DecodeRequest } from './decode.ts'

export interface DecodeJob {
  readonly id: number
  readonly requests: readonly DecodeRequest[]
}

export type DecodeReply =
  { readonly id: number; readonly pixels: Uint8Array } | { readonly id: number; readonly error: ErrorMessage }
