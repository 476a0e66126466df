import type { Command } from 'commander'
import {
  initializeRun,
  JacobianSpectrum,
  openBackend,
  openDataset,
  referenceBackend,
  spectrumInputs,
} from '../../engine/index.ts'
import type { Spectrum } from '../../engine/index.ts'
import { writePieces } from '../../lab/export/writer.ts'
import { textTable } from '../../shared/format/text-table.ts'
import { parseSpec } from '../../shared/spec/parse.ts'
import type { RunSpec } from '../../shared/spec/schema.ts'
import { parseSetting, setField } from '../../shared/spec/paths.ts'
import { methodNames } from '../../shared/methods/registry.ts'
import { buildNetwork } from '../../shared/zoo/index.ts'
import { modelFrom, modelOption } from '../model-options.ts'
import type { ModelOptions } from '../model-options.ts'
import { backendOption, methodOption, numberIn, seedsOption } from '../options.ts'
import type { Session } from '../session.ts'

interface Options extends ModelOptions {
  readonly model: string
  readonly scheme: string
  readonly seeds?: number[]
  readonly inputs: number
  readonly backend?: string
  readonly csv?: string
  readonly json?: boolean
}

/** `spectrum`: singular values of the input-output Jacobian at initialization. */
export function addSpectrumCommand(program: Command, session: Session): void {
  program
    .command('spectrum')
    .description('singular values of the input-output Jacobian at initialization')
    .addOption(modelOption())
    .addOption(methodOption('--distribution <name>', 'density distribution', methodNames('distribution')))
    .addOption(methodOption('--scheme <name>', 'weight scheme', methodNames('scheme')).default('eoi'))
    .option('--density <d>', 'of the whole model', numberIn(0, 1, { above: true }))
    .option(
      '--set <path=value>',
      'another field, e.g. model.activation=relu',
      (value: string, all: string[]) => [...all, value],
      [],
    )
    .addOption(seedsOption())
    .option('--inputs <n>', 'examples of the validation set', numberIn(1, 10_000, { integer: true }), 16)
    .addOption(backendOption())
    .option('--csv <file>', 'every singular value, a row each')
    .option('--json', 'as JSON, with every singular value')
    .action((options: Options) => spectrum(session, options))
}

async function spectrum(session: Session, options: Options): Promise<void> {
  const { spec } = await modelFrom(session, options.model, options)
  await session.withMethods(spec, () => spectraOf(session, spec, options))
}

async function spectraOf(session: Session, first: RunSpec, options: Options): Promise<void> {
  const dataset = await openDataset(first.data)
  try {
    const backend = await openBackend(options.backend ?? 'auto')
    const graph = buildNetwork(first, dataset.shape, dataset.classes)
    const inputs = await spectrumInputs(dataset, options.inputs)
    const study = await JacobianSpectrum.compile(graph, inputs, [backend, referenceBackend])
    const rows: ({ seed: number } & Spectrum)[] = []
    try {
      for (const seed of options.seeds ?? [1]) {
        const spec = parseSpec(
          options.set.map(parseSetting).reduce((at, { path, value }) => setField(at, path, value), {
            ...first,
            seed,
            initialization: { ...first.initialization, scheme: options.scheme },
          } as Record<string, unknown>),
        )
        const { state } = await initializeRun(spec, graph, dataset, backend, () => undefined)
        rows.push({ seed, ...study.ofState(state) })
      }
    } finally {
      study.dispose()
    }
    if (options.csv !== undefined) writePieces(options.csv, csv(rows))
    const result = rows.map((row) => ({ ...row, values: [...row.values] }))
    const number = (value: number): string => value.toPrecision(6)
    session.print(options.json, result, () =>
      textTable(
        ['Seed', 'Mean', 'Max', 'Min', 'Variance', 'Values'],
        rows.map(({ seed, mean, max, min, variance, values }) => [
          String(seed),
          number(mean),
          number(max),
          number(min),
          number(variance),
          String(values.length),
        ]),
        new Set([0, 1, 2, 3, 4, 5]),
      ),
    )
  } finally {
    dataset.close()
  }
}

function* csv(rows: readonly ({ seed: number } & Spectrum)[]): Generator<string> {
  yield 'seed,rank,singular_value\r\n'
  for (const { seed, values } of rows)
    for (const [rank, value] of values.entries()) yield `${seed},${rank},${value}\r\n`
}
