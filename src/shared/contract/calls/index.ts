/**
 * The table of all methods of the lab. To add one: its line in a file of this folder, and its implementation
 * in `src/lab/handlers/`.
 */
import type { z } from 'zod'
import { BenchError } from '../errors.ts'
import { checkNesting } from '../nesting.ts'
import type { Call, FileFields, Gives, Rights } from './call.ts'
import { clusterCalls } from './cluster.ts'
import { dataCalls, tensorFlowCalls } from './data.ts'
import { homeCalls } from './home.ts'
import { laboratoryCalls } from './laboratory.ts'
import { methodCalls, modelCalls } from './models.ts'
import { remoteCalls } from './remotes.ts'
import { queueCalls, runCalls, viewCalls } from './runs.ts'
import { compareCalls, studyCalls } from './studies.ts'

export const CALLS = {
  ...homeCalls,
  ...studyCalls,
  ...runCalls,
  ...queueCalls,
  ...clusterCalls,
  ...viewCalls,
  ...compareCalls,
  ...dataCalls,
  ...tensorFlowCalls,
  ...laboratoryCalls,
  ...modelCalls,
  ...methodCalls,
  ...remoteCalls,
} as const

type Calls = typeof CALLS
export type LabMethod = keyof Calls
/** What a caller gives. */
export type LabInput<M extends LabMethod> = z.input<Calls[M]['input']>
/** What a handler gets: parsed, with defaults filled in. */
export type ParsedInput<M extends LabMethod> = z.output<Calls[M]['input']>
export type LabOutput<M extends LabMethod> = Calls[M] extends Gives<infer Output> ? Output : never
export type LabMethods = { readonly [M in LabMethod]: (input: LabInput<M>) => LabOutput<M> }

const isMethod = (method: string): method is LabMethod => Object.hasOwn(CALLS, method)

/** The line of a method by its name as it came over a port; null for an unknown one. */
function callOf(method: string): Call | null {
  return isMethod(method) ? CALLS[method] : null
}

const NO_RIGHTS: Rights = { reads: false, repeats: false, page: false, remote: false }

/** Who may call a method; of an unknown one, nobody. */
export const rightsOf = (method: string): Rights => callOf(method) ?? NO_RIGHTS

/** The fields of its input that name files of the caller's. */
export const filesOf = (method: string): FileFields => callOf(method)?.files ?? {}

/**
 * Reads the input of a method as it came over a port.
 * @throws BenchError `bad-input` for an unknown method, for input that is nested too deep, and naming the
 * first wrong place.
 */
export function parseCall(method: string, input: unknown): { method: LabMethod; input: unknown } {
  if (!isMethod(method)) {
    const known = Object.keys(CALLS).join(', ')
    throw new BenchError('bad-input', `There is no method “${method}”. Known: ${known}.`, 'method')
  }
  checkNesting(input)
  const parsed = CALLS[method].input.safeParse(input)
  if (parsed.success) return { method, input: parsed.data }
  const [issue] = parsed.error.issues
  const where = issue.path.join('.') || 'input'
  throw new BenchError('bad-input', `${where}: ${issue.message}`, where)
}
