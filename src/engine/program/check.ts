/** Validates programs before a backend takes them: order, types, names. Every message says where. */
import type { Program, ProgramFunction, Update, VariableSpec } from './types.ts'
import type { Node, TensorType, Value } from '../ops/ir.ts'
import { operation } from '../ops/index.ts'
import { sameShape, stringAttribute } from '../ops/support/shapes.ts'
import { valuesOfUpdate } from './builder.ts'

/** Throws an Error that names the function, the node and what is wrong, unless the program is sound. */
export function checkProgram(program: Program): void {
  const variables = new Map<string, VariableSpec>()
  for (const variable of program.variables) {
    if (variables.has(variable.name)) throw new Error(`variable ${variable.name} is declared twice`)
    variables.set(variable.name, variable)
  }
  for (const { name, of, type } of program.variables) {
    if (of === undefined) continue
    const owner = variables.get(of)
    if (!owner) throw new Error(`variable ${name} belongs to ${of}, which is not declared`)
    expectType(`variable ${name}`, type, owner.type)
  }
  unique(
    'function',
    program.functions.map((f) => f.name),
  )
  for (const definition of program.functions) checkFunction(definition, variables)
}

function checkFunction(definition: ProgramFunction, variables: ReadonlyMap<string, VariableSpec>): void {
  const where = `function ${definition.name}`
  unique(
    `${where}: feed`,
    definition.feeds.map((feed) => feed.name),
  )
  unique(
    `${where}: output`,
    definition.outputs.map((output) => output.name),
  )
  const fed = new Set(definition.feeds.map((feed) => feed.value.node))
  const seen = new Set<Node>()
  for (const node of definition.nodes) {
    checkNode(where, node, seen, fed, variables)
    seen.add(node)
  }
  const present = (what: string, value: Value): void => {
    if (!seen.has(value.node)) throw new Error(`${where}: ${what} is not computed (node ${value.node.id})`)
  }
  for (const { name, value } of [...definition.feeds, ...definition.outputs]) present(name, value)
  unique(
    `${where}: update of`,
    definition.updates.map((update) => update.variable),
  )
  for (const update of definition.updates) {
    for (const value of valuesOfUpdate(update)) present(`update of ${update.variable}`, value)
    checkUpdate(where, update, variables)
  }
}

function checkNode(
  where: string,
  node: Node,
  seen: ReadonlySet<Node>,
  fed: ReadonlySet<Node>,
  variables: ReadonlyMap<string, VariableSpec>,
): void {
  const at = `${where}, node ${node.id} (${node.op})`
  for (const input of node.inputs) {
    if (!seen.has(input.node))
      throw new Error(`${at}: input ${input.node.id} (${input.node.op}) comes later or never`)
    expectType(`${at}: input ${input.node.id}`, input.type, input.node.outputs[input.index])
  }
  const inferred = operation(node.op).infer(
    node.inputs.map((input) => input.type),
    node.attributes,
  )
  if (inferred.length !== node.outputs.length) {
    throw new Error(`${at}: ${node.outputs.length} outputs, expected ${inferred.length}`)
  }
  inferred.forEach((type, i) => expectType(`${at}: output ${i}`, node.outputs[i], type))
  if (node.op === 'placeholder' && !fed.has(node)) {
    throw new Error(`${at}: placeholder ${stringAttribute(node.attributes, 'name')} is not among the feeds`)
  }
  if (node.op === 'variable') {
    const name = stringAttribute(node.attributes, 'name')
    const variable = variables.get(name)
    if (!variable) throw new Error(`${at}: variable ${name} is not declared`)
    expectType(`${at}: variable ${name}`, node.outputs[0], variable.type)
  }
}

function checkUpdate(where: string, update: Update, variables: ReadonlyMap<string, VariableSpec>): void {
  const typeOf = (name: string): TensorType => {
    const variable = variables.get(name)
    if (!variable) throw new Error(`${where}: update names variable ${name}, which is not declared`)
    return variable.type
  }
  const at = `${where}, update of ${update.variable}`
  const target = typeOf(update.variable)
  if (update.kind === 'assign') return expectType(at, update.value.type, target)
  expectType(`${at}: gradient`, update.gradient.type, target)
  for (const [name, { type }] of Object.entries(update.scalars))
    expectType(`${at}: ${name}`, type, { shape: [], dtype: 'float' })
  for (const name of [...Object.values(update.slots), update.mask])
    if (name !== null) expectType(`${at}: ${name}`, typeOf(name), target)
}

function expectType(where: string, got: TensorType | undefined, expected: TensorType): void {
  if (got && got.dtype === expected.dtype && sameShape(got.shape, expected.shape)) return
  const text = (type: TensorType | undefined): string => (type ? `${type.dtype} [${type.shape}]` : 'nothing')
  throw new Error(`${where}: is ${text(got)}, expected ${text(expected)}`)
}

function unique(what: string, names: readonly string[]): void {
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice !== undefined) throw new Error(`${what} ${twice} is there twice`)
}
