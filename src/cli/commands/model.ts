import { Argument, Option } from 'commander'
import type { Command } from 'commander'
import { openBackend } from '../../engine/backend/index.ts'
import { openDataset } from '../../engine/data/index.ts'
import { needsScores } from '../../engine/density/index.ts'
import { runDensities } from '../../engine/train/densities.ts'
import { formatCount } from '../../shared/format/number.ts'
import { textTable } from '../../shared/format/text-table.ts'
import { costOf, totalCost } from '../../shared/graph/cost.ts'
import { countParameters, parametersOf } from '../../shared/graph/parameters.ts'
import { inferShapes, shapeText } from '../../shared/graph/shapes.ts'
import type { LayerGraph } from '../../shared/graph/types.ts'
import { DISTRIBUTIONS, MODEL_NAMES } from '../../shared/spec/schema.ts'
import type { RunSpec } from '../../shared/spec/schema.ts'
import { modelFrom } from '../model-options.ts'
import type { ModelOptions } from '../model-options.ts'
import { numberIn, parseSides } from '../options.ts'
import type { Session } from '../session.ts'

/** `model list | show`. */
export function addModelCommand(program: Command, session: Session): void {
  const model = program.command('model').description('the networks: layers, shapes, parameters, densities')
  model.command('list').description('all families').option('--json', 'as JSON')
    .action(({ json }: { json?: boolean }) => session.print(json, MODEL_NAMES, () => MODEL_NAMES.join('\n')))
  model.command('show').description('the layers of a model').addArgument(
    new Argument('<name>').choices(MODEL_NAMES),
  )
    .option('--set <path=value>', 'a field, e.g. model.depth=32',
    (value: string, all: string[]) => [...all, value], [])
    .option('--input <HxWxC>', 'shape of the input', parseSides)
    .option('--classes <n>', 'number of classes', numberIn(2, 1e6, { integer: true }))
    .option('--density <d>', 'of the whole model', numberIn(0, 1, { above: true }))
    .addOption(new Option('--distribution <name>').choices(DISTRIBUTIONS))
    .option('--json', 'as JSON')
    .action((name: string, options: ModelOptions & { json?: boolean }) => show(session, name, options))
}

async function show(
  session: Session, name: string, options: ModelOptions & { json?: boolean },
): Promise<void> {
  const { spec, graph } = modelFrom(name, options)
  const densities = await densitiesOf(spec, graph)
  const shapes = inferShapes(graph)
  const costs = new Map(costOf(graph, densities).map((cost) => [cost.layer, cost]))
  const parameters = parametersOf(graph)
  const layers = graph.nodes.map((node) => {
    const own = parameters.filter(({ layer }) => layer === node.name)
    const kernel = own.find(({ role }) => role === 'kernel')
    return {
      name: node.name, kind: node.kind, inputs: node.inputs, shape: shapes.get(node.name) ?? [],
      kernel: kernel?.shape ?? null,
      parameters: countParameters(own).parameters, maskable: own.some(({ maskable }) => maskable),
      density: kernel ? densities.get(kernel.name) ?? 1 : null,
      operations: costs.get(node.name)?.dense ?? 0, sparseOperations: costs.get(node.name)?.sparse ?? 0,
    }
  })
  const counts = countParameters(parameters)
  const total = totalCost([...costs.values()])
  session.print(options.json, {
    name, ...counts, operations: total.dense, sparseOperations: total.sparse, layers,
  }, () => [
    textTable(['Layer', 'Kind', 'Output', 'Kernel', 'Parameters', 'Density'], layers.map((layer) => [
      layer.name, layer.kind, shapeText(layer.shape), layer.kernel ? shapeText(layer.kernel) : '',
      String(layer.parameters),
      layer.maskable ? (layer.density ?? 1).toFixed(4) : '',
    ]), new Set([4, 5])),
    `${counts.parameters} parameters, ${counts.maskable} of them maskable; ` +
      `${formatCount(total.dense)} operations an example dense, ${formatCount(total.sparse)} sparse`,
  ].join('\n'))
}

async function densitiesOf(spec: RunSpec, graph: LayerGraph): Promise<Map<string, number>> {
  if (spec.sparsity.distribution === 'dense') return new Map()
  const scored = needsScores[spec.sparsity.distribution]
  const dataset = scored === 'data' ? await openDataset(spec.data) : null
  try {
    const backend = await openBackend(scored === 'nothing' ? 'reference' : 'auto')
    const { layers } = await runDensities(spec, graph, dataset, backend, () => undefined)
    return new Map(layers.map(({ parameter, density }) => [parameter.name, density]))
  } finally {
    dataset?.close()
  }
}
