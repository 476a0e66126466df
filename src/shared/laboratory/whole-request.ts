/** A request of the Initialization lab with what was left out of an own scheme's settings. */
import { parseSpec } from '../spec/parse.ts'
import type { RunSpec } from '../spec/schema.ts'
import { requireOwnSettings } from '../spec/method-fields.ts'
import type { DrawRequest } from './requests.ts'

/** A specification whose scheme is the request's. */
export const specOf = ({ settings }: DrawRequest): RunSpec => ({ ...parseSpec({}), initialization: settings })

/**
 * The settings of an own scheme at their defaults where none are given. Throws BenchError for a scheme or a
 * setting that is not known here, and for values that a setting does not allow.
 */
export const wholeRequest = (draw: DrawRequest): DrawRequest => ({
  ...draw,
  settings: requireOwnSettings(specOf(draw)).initialization,
})
