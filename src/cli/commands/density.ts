import type { Command } from 'commander'
import { openBackend, openDataset, openScoreData, runDensities } from '../../engine/index.ts'
import { shapeText, sizeOf } from '../../shared/graph/shapes.ts'
import { textTable } from '../../shared/format/text-table.ts'
import { methodNames } from '../../shared/methods/registry.ts'
import { scoresOf } from '../../shared/methods/traits.ts'
import { modelFrom, modelOption } from '../model-options.ts'
import type { ModelOptions } from '../model-options.ts'
import { backendOption, methodOption, numberIn, parseSides } from '../options.ts'
import type { Session } from '../session.ts'

/** `density`: how much of each layer a distribution keeps. */
export function addDensityCommand(program: Command, session: Session): void {
  program
    .command('density')
    .description('how much of each layer a density distribution keeps')
    .addOption(modelOption())
    .addOption(methodOption('--distribution <name>', 'which', methodNames('distribution')).default('erk'))
    .requiredOption('--density <d>', 'of the whole model', numberIn(0, 1, { above: true }))
    .option(
      '--set <path=value>',
      'another field of the specification, e.g. model.depth=32',
      (value: string, all: string[]) => [...all, value],
      [],
    )
    .option('--input <HxWxC>', 'shape of the input', parseSides)
    .option('--classes <n>', 'number of classes', numberIn(2, 1e6, { integer: true }))
    .addOption(backendOption())
    .option('--json', 'as JSON')
    .action(async (options: ModelOptions & { model: string; backend?: string; json?: boolean }) => {
      const { spec, graph } = await modelFrom(session, options.model, options)
      const scored = scoresOf(spec)
      const dataset = await openScoreData(spec, openDataset)
      try {
        // Only scores are computed by a backend; the shapes alone need none that has to be found.
        const backend = await openBackend(options.backend ?? (scored === 'nothing' ? 'reference' : 'auto'))
        const distributed = await session.withMethods(spec, () =>
          runDensities(spec, graph, dataset, backend, () => undefined),
        )
        const layers = distributed.layers.map(({ parameter, density, nonzeros }) => ({
          name: parameter.name,
          shape: parameter.shape,
          entries: sizeOf(parameter.shape),
          nonzeros,
          density,
        }))
        const entries = layers.reduce((sum, layer) => sum + layer.entries, 0)
        const nonzeros = layers.reduce((sum, layer) => sum + layer.nonzeros, 0)
        const result = { density: nonzeros / entries, entries, nonzeros, layers, notes: distributed.notes }
        session.print(options.json, result, () =>
          [
            textTable(
              ['Kernel', 'Shape', 'Entries', 'Nonzeros', 'Density'],
              layers.map((layer) => [
                layer.name,
                shapeText(layer.shape),
                String(layer.entries),
                String(layer.nonzeros),
                layer.density.toFixed(4),
              ]),
              new Set([2, 3, 4]),
            ),
            `All: ${nonzeros} of ${entries}, density ${result.density.toFixed(6)}`,
            ...distributed.notes.map((note) => `! ${note}`),
          ].join('\n'),
        )
      } finally {
        dataset?.close()
      }
    })
}
