/** A handler per method: gets the parsed input, returns what the table of calls says. */
import type { ParsedInput } from '../../shared/contract/calls/index.ts'
import type { LabMethod, LabOutput } from '../../shared/contract/lab.ts'
import type { LabContext } from '../context.ts'

export type Handler<M extends LabMethod> = (
  context: LabContext,
  input: ParsedInput<M>,
) => LabOutput<M> | Promise<LabOutput<M>>
export type Handlers<M extends LabMethod> = { readonly [K in M]: Handler<K> }
