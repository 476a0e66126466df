/** A handler per method: gets what came over the port, parses it, returns what the contract says. */
import { z } from 'zod'
import { BenchError } from '../../shared/contract/errors.ts'
import type { LabMethod, LabOutput } from '../../shared/contract/lab.ts'
import type { LabContext } from '../context.ts'

z.config({ jitless: true })

export type Handler<M extends LabMethod> = (
  context: LabContext,
  input: unknown,
) => LabOutput<M> | Promise<LabOutput<M>>
export type Handlers<M extends LabMethod> = { readonly [K in M]: Handler<K> }

/** Reads an input by its schema. @throws BenchError `bad-input` naming the first wrong place. */
export function parseInput<T extends z.ZodType>(schema: T, input: unknown): z.output<T> {
  const result = schema.safeParse(input)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  const where = issue.path.join('.') || 'input'
  throw new BenchError('bad-input', `${where}: ${issue.message}`, where)
}

export const nothing = z.strictObject({})
export const idSchema = z.number().int().min(1)
export const idsSchema = z.array(idSchema).max(100_000)
export const studyIdSchema = z.string().min(1).max(64)
export const metricSchema = z
  .string()
  .regex(/^[a-z]+\.[a-z0-9-]+$/, 'a phase and a name, such as test.accuracy')
export const atSchema = z.enum(['last', 'best', 'best-validation'])
