/** Names of layers, from those of the weights (PyTorch's module paths) or else of the nodes. */
import type { Constant } from './constant.ts'
import type { OnnxNode } from './read.ts'

/** Last words of a parameter's name, which are not the module's. */
const SUFFIX = /([._](weight|bias)|\.(gamma|beta|kernel|scale|running_mean|running_var))$/
/** Names that exporters make up for tensors that they have rearranged: `onnx::MatMul_123`, `val_14`. */
const MADE_UP = /^(onnx::|val_|_val_|t_|const|\/|_?tensor)/i
/** What may tell an operator's name where its own tensors do not: a product's bias, a norm's scale. */
const FOLLOWERS: Readonly<Record<string, string>> = { MatMul: 'Add', Div: 'Mul' }

/**
 * The layer's name for a node: what its weights are called without `.weight`; of a product whose weight has
 * lost its name that of the bias that is added; else the node's own path.
 */
export function layerName(
  node: OnnxNode,
  constants: (name: string) => Constant | null,
  readers: ReadonlyMap<string, readonly OnnxNode[]>,
): string {
  const after = (readers.get(node.outputs[0]) ?? []).filter(({ op }) => op === FOLLOWERS[node.op])
  const given = [...node.inputs.slice(1), ...after.flatMap(({ inputs }) => inputs)]
  for (const input of given) {
    const tensor = constants(input)
    if (readers.get(input)?.length !== 1) continue
    const name = tensor && moduleName(tensor)
    if (name && SUFFIX.test(tensor.origin ?? '')) return name
  }
  return tidy(pathOf(node)) || tidy(node.op.toLowerCase())
}

/** PyTorch's name of the module that a tensor is of; null where the exporter has made its name up. */
export function moduleName({ origin }: Constant): string | null {
  if (origin === null || MADE_UP.test(origin)) return null
  return tidy(origin.replace(SUFFIX, '')) || null
}

/** Operators that are a module of PyTorch, whose path ends before theirs. */
const MODULES: ReadonlySet<string> = new Set([
  'Conv',
  'Gemm',
  'MatMul',
  'BatchNormalization',
  'LayerNormalization',
])

/** `/layer1/layer1.0/conv1/Conv` → `layer1.0.conv1`; `/layer1/layer1.0/Add` → `layer1.0.add`. */
function pathOf({ name, op }: OnnxNode): string {
  const words: string[] = []
  const all = name.split('/').filter((part) => part !== '')
  const parts = MODULES.has(op) && all.length > 1 ? all.slice(0, -1) : all
  for (const [k, part] of parts.entries()) {
    const before = words.at(-1)
    if (before !== undefined && part.startsWith(`${before}.`)) words.pop()
    words.push(parts === all && k === parts.length - 1 && k > 0 ? part.toLowerCase() : part)
  }
  return words.join('.').replace(/^node_/, '')
}

/** Letters, digits, dots, underscores and dashes. */
const tidy = (name: string): string => name.replaceAll(/[^\w.-]+/g, '_').replaceAll(/^[._]+|[._]+$/g, '')
