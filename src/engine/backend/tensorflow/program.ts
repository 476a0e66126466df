/**
 * Program → SavedModel: one signature a function, and one endpoint to write and one to read each variable.
 */
import { GraphWriter } from '../../graphdef/emitter.ts'
import { DATA_TYPES } from '../../graphdef/messages.ts'
import type { SavedModel, SignatureDef, TensorInfo } from '../../graphdef/messages.ts'
import { valuesOfUpdate } from '../../program/builder.ts'
import type { ResidentExamples } from '../../program/examples.ts'
import type { TensorType, Value } from '../../ops/ir.ts'
import { emitNodes } from './function.ts'
import type { Surroundings } from './function.ts'
import type { Endpoint, Port } from './ports.ts'
import { emitToken, scopeOf } from './scope.ts'
import { seriesKind } from './series.ts'
import type { Device } from './series.ts'
import { emitSteps, runsOnExamples } from './steps.ts'
import type { EmittedSteps } from './steps.ts'
import { emitUpdates } from './updates.ts'
import type { Program, ProgramFunction, VariableSpec } from '../../program/types.ts'

export interface LoweredProgram {
  readonly model: SavedModel
  readonly functions: ReadonlyMap<string, Endpoint>
  /** By variable: feed of the new value, token. */
  readonly writes: ReadonlyMap<string, { readonly feed: Port; readonly token: Port }>
  readonly reads: ReadonlyMap<string, Port>
  /** Sets every variable to 0, which is fed. */
  readonly initialize: Endpoint
  /** Many steps of `train` in one call; null where no examples are kept, or it takes more than them. */
  readonly resident: EmittedSteps | null
}

const TOKEN_TYPE: TensorType = { shape: [], dtype: 'float' }

export interface LowerOptions {
  /** Examples to take steps on. */
  readonly examples?: ResidentExamples | null
  readonly device?: Device
}

/**
 * Writes the whole program into one graph. Throws when an op is unknown or a function names an unknown
 * variable.
 */
export function lowerProgram(
  program: Program,
  { examples = null, device = 'cpu' }: LowerOptions = {},
): LoweredProgram {
  const kind = seriesKind(device)
  const writer = new GraphWriter()
  writer.enter('variables')
  const handles = new Map(
    program.variables.map((spec, index) => [spec.name, emitHandle(writer, spec, index)]),
  )
  const signatures: Record<string, SignatureDef> = {}
  const functions = new Map<string, Endpoint>()
  program.functions.forEach((definition, index) => {
    writer.enter(`function${index}`)
    const endpoint = emitFunction(writer, definition, {
      variables: scopeOf(writer, handles, program.variables),
      kind,
    })
    functions.set(definition.name, endpoint)
    signatures[definition.name] = signatureOf(endpoint)
  })
  const train = program.functions.find(({ name }) => name === 'train')
  writer.enter('steps')
  const resident =
    examples && train && runsOnExamples(train)
      ? emitSteps(writer, train, { handles, variables: program.variables, kind }, examples)
      : null
  writer.enter('write')
  const writes = new Map(program.variables.map((spec) => [spec.name, emitWrite(writer, spec, handles)]))
  writer.enter('read')
  const reads = new Map(program.variables.map((spec) => [spec.name, emitRead(writer, spec, handles)]))
  writer.enter('initialize')
  const initialize = emitInitialize(writer, program.variables, handles)
  signatures['write'] = signatureOf({
    feeds: [...writes.values()].map(({ feed }) => feed),
    outputs: [...writes].map(([name, { token }]) => ({ ...token, name })),
  })
  signatures['read'] = signatureOf({ feeds: [], outputs: [...reads.values()] })
  return {
    model: { tags: ['serve'], graph: writer.graph(), signatures },
    functions,
    writes,
    reads,
    initialize,
    resident,
  }
}

function emitHandle(writer: GraphWriter, spec: VariableSpec, index: number): string {
  return writer.node('VarHandleOp', [], {
    dtype: { type: writer.dataType(spec.type.dtype) },
    shape: { shape: spec.type.shape },
    shared_name: { s: `variable${index}` },
    container: { s: '' },
  })
}

function emitFunction(
  writer: GraphWriter,
  definition: ProgramFunction,
  surroundings: Surroundings,
): Endpoint {
  const uses = [
    ...definition.outputs.map(({ value }) => value),
    ...definition.updates.flatMap(valuesOfUpdate),
  ]
  const { lookup } = emitNodes(writer, definition.nodes, uses, surroundings)
  const token = emitUpdates(writer, definition.updates, lookup, surroundings.variables)
  const port = (named: { name: string; value: Value }): Port => ({
    name: named.name,
    type: named.value.type,
    reference: withIndex(lookup(named.value)),
  })
  const outputs = definition.outputs.map(port)
  if (token) outputs.push({ name: '', type: TOKEN_TYPE, reference: withIndex(token) })
  return { feeds: definition.feeds.map(port), outputs }
}

function emitPlaceholder(writer: GraphWriter, type: TensorType): string {
  return writer.node('Placeholder', [], {
    dtype: { type: writer.dataType(type.dtype) },
    shape: { shape: type.shape },
  })
}

/**
 * A fed tensor may share its memory with JavaScript, so a variable must take a copy and never the tensor
 * itself.
 */
function emitWrite(
  writer: GraphWriter,
  spec: VariableSpec,
  handles: ReadonlyMap<string, string>,
): { feed: Port; token: Port } {
  const type = { type: writer.dataType(spec.type.dtype) }
  const fed = emitPlaceholder(writer, spec.type)
  const copy = writer.node('DeepCopy', [fed], { T: type })
  const assign = writer.node('AssignVariableOp', [handles.get(spec.name) ?? '', copy], {
    dtype: type,
    validate_shape: { b: false },
  })
  const token = emitToken(writer, [assign])
  return {
    feed: { name: spec.name, type: spec.type, reference: withIndex(fed) },
    token: { name: '', type: TOKEN_TYPE, reference: withIndex(token) },
  }
}

function emitRead(writer: GraphWriter, spec: VariableSpec, handles: ReadonlyMap<string, string>): Port {
  const dtype = { type: writer.dataType(spec.type.dtype) }
  const reference = writer.node('ReadVariableOp', [handles.get(spec.name) ?? ''], { dtype })
  return { name: spec.name, type: spec.type, reference: withIndex(reference) }
}

/**
 * The zero is fed: a zero that the graph knew would be kept by it as large as the largest variable, for good.
 */
function emitInitialize(
  writer: GraphWriter,
  variables: readonly VariableSpec[],
  handles: ReadonlyMap<string, string>,
): Endpoint {
  const zero = emitPlaceholder(writer, TOKEN_TYPE)
  const done = variables.map(({ name, type: { shape } }) => {
    const type = { type: writer.floatType }
    const extents = writer.constant('int', [shape.length], shape)
    const zeros = writer.node('Fill', [extents, zero], {
      T: type,
      index_type: { type: writer.dataType('int') },
    })
    return writer.node('AssignVariableOp', [handles.get(name) ?? '', zeros], {
      dtype: type,
      validate_shape: { b: false },
    })
  })
  return {
    feeds: [{ name: 'zero', type: TOKEN_TYPE, reference: withIndex(zero) }],
    outputs: [{ name: '', type: TOKEN_TYPE, reference: withIndex(emitToken(writer, done)) }],
  }
}

function signatureOf(endpoint: Endpoint): SignatureDef {
  const info = (ports: readonly Port[]): Record<string, TensorInfo> =>
    Object.fromEntries(
      ports.map((port) => [
        port.name || 'done',
        { name: port.reference, dataType: DATA_TYPES[port.type.dtype], shape: port.type.shape },
      ]),
    )
  return { inputs: info(endpoint.feeds), outputs: info(endpoint.outputs) }
}

function withIndex(reference: string): string {
  return /:\d+$/.test(reference) ? reference : `${reference}:0`
}
