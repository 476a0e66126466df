/** The messages between a caller and the lab over a message port. */
import type { ErrorMessage } from './errors.ts'
import type { LabEvents, LabMethod } from './lab.ts'

export type PortRequest = {
  readonly id: number
  readonly method: LabMethod
  readonly input: unknown
  /** Asked for the window's page, which may less; over a line alone, since a port is one speaker's. */
  readonly page?: boolean
}
export type PortReply =
  | { readonly id: number; readonly ok: true; readonly output: unknown }
  | { readonly id: number; readonly ok: false; readonly error: ErrorMessage }
export type PortEvent = { readonly event: keyof LabEvents; readonly payload: unknown }
