/** Tokens: whole numbers that the file takes, and the table that gives a vector of each. */
import type { Context } from '../context.ts'
import { unable } from '../failure.ts'
import { fromEnd } from '../extents.ts'
import { moduleName } from '../names.ts'
import type { OnnxNode } from '../read.ts'
import { extentsOf, wholeAxis, withoutBatch } from '../view.ts'
import type { View } from '../view.ts'

/** Whether what a node gives is used to look something up in a table of the file, and in no other way. */
export function looksUp(context: Context, node: OnnxNode): boolean {
  const [output] = node.outputs
  const readers = context.all.readers.get(output) ?? []
  return (
    readers.length > 0 &&
    readers.every(
      (reader) =>
        (reader.op === 'Gather' && reader.inputs[1] === output && reader.inputs[0] !== output) ||
        (['Cast', 'Reshape', 'Identity'].includes(reader.op) && looksUp(context, reader)),
    )
  )
}

/** Gather from a table [vocabulary, features] by the model's input [batch, time]. */
export function embedding(context: Context, tokens: View): void {
  const table = context.constant(0)
  if (!table) return unable('its table is missing')
  if (tokens.layer !== 'input' || tokens.shape.length !== 1)
    unable('it looks up what a layer gives. What works: a token embedding of the model’s input [batch, time]')
  if (table.shape.length !== 2 || fromEnd(context.number('axis', 0), table.shape.length) !== 0)
    unable(
      `it looks up along axis ${context.number('axis', 0)} of [${table.shape}]; known is [tokens, features]`,
    )
  const [time] = tokens.shape
  if (withoutBatch(tokens.axes.flat()).some((atom) => atom.stride !== 1) || tokens.offsets[0] !== 0)
    unable('it looks up a part of the tokens')
  const wide = extentsOf(tokens).at(-1)
  if (wide !== time) unable(`it looks up [${extentsOf(tokens)}] of ${time} tokens`)
  const [vocabulary, features] = table.shape
  const { data } = context.take(table)
  const op = { kind: 'token-embedding', vocabulary, features } as const
  const layer = context.writer.add(moduleName(table) ?? context.name, op, ['input'], { table: data })
  context.all.tables.set(layer, table)
  const shape = context.writer.shapeOf(layer)
  const axes = [...tokens.axes, wholeAxis(1, features)]
  context.set({ kind: 'view', layer, shape, offsets: [0, 0], axes })
}
