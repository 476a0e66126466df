/**
 * Whether a network of 1000 layers can be initialized by every scheme, and how long each takes: five density
 * distributions × {Base, AI, EOI}, and SAO, on the MLP of Table 1. Prints a Markdown table.
 *
 * `--ai-measured n` takes n of the `--ai-steps` steps of AI (all take the same time) and scales up; the table
 * then says so.
 */
import { parseArgs } from 'node:util'
import { initializeModel, openBackend, openDataset, runDensities, Stream } from '../src/engine/index.ts'
import type { Backend, Dataset } from '../src/engine/index.ts'
import { parametersOf } from '../src/shared/graph/parameters.ts'
import type { LayerGraph } from '../src/shared/graph/types.ts'
import { schemeName } from '../src/shared/spec/scheme-name.ts'
import { runSpecSchema } from '../src/shared/spec/schema.ts'
import type { RunSpec } from '../src/shared/spec/schema.ts'
import { buildModel } from '../src/shared/zoo/index.ts'

const DISTRIBUTIONS = ['uniform', 'erk', 'snip', 'grasp', 'synflow'] as const
const WEIGHTS = ['base', 'ai', 'eoi'] as const

interface Row {
  readonly scheme: string
  readonly densitySeconds: number
  readonly weightSeconds: number
  readonly density: number
  readonly residual: number
  /** Entries that are NaN or infinite. */
  readonly broken: number
  readonly steps: number | null
}

function specOf(
  distribution: RunSpec['sparsity']['distribution'],
  scheme: RunSpec['initialization']['scheme'],
) {
  return runSpecSchema.parse({
    model: { name: 'mlp', depth: 1000, width: 128, activation: 'tanh' },
    sparsity: { distribution, density: 0.125 },
    initialization: { scheme, gain: 1.0247, biasStd: 0.00448, saoDegree: 16 },
    training: { batchSize: 128 },
  })
}

function countBroken(parameters: Iterable<ArrayLike<number>>): number {
  let count = 0
  for (const values of parameters)
    for (let k = 0; k < values.length; k++) if (!Number.isFinite(values[k])) count++
  return count
}

async function measure(
  spec: RunSpec,
  graph: LayerGraph,
  dataset: Dataset,
  backend: Backend,
  ai: { readonly steps: number; readonly measured: number },
): Promise<Row> {
  const began = performance.now()
  const densities = await runDensities(spec, graph, dataset, backend, () => undefined)
  const chosen = performance.now()
  const isAi = spec.initialization.scheme === 'ai'
  const run = async (aiSteps: number) => {
    const start = performance.now()
    const made = await initializeModel({
      graph,
      parameters: parametersOf(graph),
      spec: { ...spec, initialization: { ...spec.initialization, aiSteps } },
      densities,
      stream: Stream.root(spec.seed).split('initialization'),
      backend,
      singular: 'none',
    })
    return { made, seconds: (performance.now() - start) / 1000 }
  }
  const short = isAi && ai.measured < ai.steps ? await run(1) : null
  const { made, seconds } = await run(isAi ? ai.measured : 1)
  const perStep = short ? (seconds - short.seconds) / (ai.measured - 1) : 0
  const masked = made.reports.filter((report) => report.maskable)
  const sum = (pick: (report: (typeof masked)[number]) => number) =>
    masked.reduce((total, report) => total + pick(report), 0)
  return {
    scheme: schemeName(spec),
    densitySeconds: (chosen - began) / 1000,
    weightSeconds: short ? short.seconds + perStep * (ai.steps - 1) : seconds,
    density: sum((report) => report.nonzeros) / sum((report) => report.entries),
    residual: Math.max(...masked.map((report) => report.residual ?? Number.NaN)),
    broken: countBroken(made.state.parameters.values()),
    steps: isAi ? ai.measured : null,
  }
}

const { values: options } = parseArgs({
  options: {
    'ai-steps': { type: 'string', default: '1000' },
    'ai-measured': { type: 'string', default: '1000' },
    backend: { type: 'string', default: 'auto' },
  },
})
const ai = { steps: Number(options['ai-steps']), measured: Number(options['ai-measured']) }
const backend = await openBackend(options.backend)
const all = [
  ...DISTRIBUTIONS.flatMap((distribution) => WEIGHTS.map((scheme) => specOf(distribution, scheme))),
  specOf('uniform', 'sao'),
]
const dataset = await openDataset(all[0].data)
const graph = buildModel(all[0].model, dataset.shape, dataset.classes)
const { name, device, version } = backend.describe()
process.stdout.write(
  `Backend ${name} ${version} on ${device}.\n\n` +
    '| scheme | densities (s) | weights (s) | density | largest residual | NaN or infinite |\n' +
    '| --- | ---: | ---: | ---: | ---: | ---: |\n',
)
for (const spec of all) {
  const row = await measure(spec, graph, dataset, backend, ai)
  const scaled = row.steps !== null && row.steps < ai.steps ? ` (${row.steps} steps, scaled)` : ''
  process.stdout.write(
    `| ${row.scheme} | ${row.densitySeconds.toFixed(2)} | ${row.weightSeconds.toFixed(1)}${scaled} | ` +
      `${row.density.toFixed(4)} | ${row.residual.toExponential(1)} | ${row.broken} |\n`,
  )
}
dataset.close()
