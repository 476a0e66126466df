import { Argument } from 'commander'
import type { Command } from 'commander'
import { describe } from '../../lab/threads/tasks/model.ts'
import type { ModelDescription } from '../../shared/contract/model.ts'
import { formatCount } from '../../shared/format/number.ts'
import { textTable } from '../../shared/format/text-table.ts'
import { countParameters, parametersOf } from '../../shared/graph/parameters.ts'
import { shapeText } from '../../shared/graph/shapes.ts'
import { MODEL_NAMES } from '../../shared/spec/schema.ts'
import { addModelOptions, modelFrom, parseModelName } from '../model-options.ts'
import type { ModelOptions } from '../model-options.ts'
import { numberIn } from '../options.ts'
import { addOwnModelCommands } from '../own-models.ts'
import type { Session } from '../session.ts'

/** `model list | show | import | remove | export`. */
export function addModelCommand(program: Command, session: Session): void {
  const model = program.command('model').description('the networks: layers, shapes, parameters, densities')
  model
    .command('list')
    .description('all families, as they are when nothing but the name is given, and the own models')
    .option('--json', 'as JSON')
    .action(({ json }: { json?: boolean }) => list(session, json))
  const shown = model
    .command('show')
    .description('the layers of a model')
    .addArgument(new Argument('<name>', 'a family, or own:NAME').argParser(parseModelName))
  addModelOptions(shown)
    .option('--density <d>', 'of the whole model', numberIn(0, 1, { above: true }))
    .option('--json', 'as JSON')
    .action((name: string, options: ModelOptions & { json?: boolean }) => show(session, name, options))
  addOwnModelCommands(model, session)
}

async function list(session: Session, json: boolean | undefined): Promise<void> {
  const families = await Promise.all(
    MODEL_NAMES.map(async (name) => {
      const { spec, graph } = await modelFrom(session, name, { set: [] })
      const { parameters, maskable } = countParameters(parametersOf(graph))
      const input = graph.nodes[0].kind === 'input' ? graph.nodes[0].shape : []
      return {
        name,
        network: graph.name,
        data: spec.data.name,
        input,
        classes: graph.classes,
        parameters,
        maskable,
      }
    }),
  )
  const own = (await session.reader().call('models/list', {})).map((model) => ({
    ...model,
    network: model.title || model.source,
  }))
  const rows = [...families, ...own]
  session.print(json, rows, () =>
    textTable(
      ['Model', 'Network', 'Shown for', 'Input', 'Classes', 'Parameters', 'Maskable'],
      rows.map((row) => [
        row.name,
        row.network,
        row.data,
        shapeText(row.input),
        String(row.classes),
        String(row.parameters),
        String(row.maskable),
      ]),
      new Set([4, 5, 6]),
    ),
  )
}

async function show(
  session: Session,
  name: string,
  options: ModelOptions & { json?: boolean },
): Promise<void> {
  const { spec, graph } = await modelFrom(session, name, options)
  const input = graph.nodes[0].kind === 'input' ? graph.nodes[0].shape : []
  const { graph: _graph, ...description } = await session.withMethods(spec, () =>
    describe({ spec, input, classes: graph.classes }),
  )
  session.print(options.json, { ...description, name, network: description.name }, () =>
    modelText(description),
  )
}

function modelText(model: Omit<ModelDescription, 'graph'>): string {
  const rows = model.layers.map((layer) => [
    layer.name,
    layer.kind,
    shapeText(layer.shape),
    layer.kernel ? shapeText(layer.kernel) : '',
    layer.parameters > 0 ? String(layer.parameters) : '',
    layer.kernel === null ? '' : layer.maskable ? (layer.density ?? 1).toFixed(4) : 'never masked',
    layer.operations > 0 ? formatCount(layer.operations) : '',
    layer.operations > 0 ? formatCount(layer.sparseOperations) : '',
  ])
  const heads = ['Layer', 'Kind', 'Output', 'Kernel', 'Parameters', 'Density', 'Operations', 'Sparse']
  return [
    `${model.name} for ${shapeText(model.input)}, ${model.classes} classes`,
    textTable(heads, rows, new Set([4, 5, 6, 7])),
    `${model.parameters} parameters, ${model.maskable} of them maskable, ${model.kept} kept ` +
      `(density ${model.density.toFixed(4)}); ${formatCount(model.operations)} operations an example ` +
      `dense, ${formatCount(model.sparseOperations)} sparse`,
    ...model.notes.map((note) => `! ${note}`),
  ].join('\n')
}
