import { renameSync, writeFileSync } from 'node:fs'
import { Option } from 'commander'
import type { Command } from 'commander'
import { openBackend } from '../../engine/backend/index.ts'
import { weightScheme } from '../../engine/init/index.ts'
import { approximateIsometry } from '../../engine/init/isometry.ts'
import { shapeOf } from '../../engine/init/kernel-shape.ts'
import { layerReport, SingularBudget } from '../../engine/init/report.ts'
import type { InitialKernel } from '../../engine/init/types.ts'
import { writeNpz } from '../../engine/interchange/npz.ts'
import { Stream } from '../../engine/rng.ts'
import { explain } from '../../lab/store/failures.ts'
import { BenchError } from '../../shared/contract/errors.ts'
import type { LayerReport } from '../../shared/contract/run.ts'
import type { ParameterSpec } from '../../shared/graph/types.ts'
import { parseSpec } from '../../shared/spec/parse.ts'
import { DENSE_INITIALIZERS, SCHEMES } from '../../shared/spec/schema.ts'
import type { RunSpec } from '../../shared/spec/schema.ts'
import { backendOption, numberIn, parseSides } from '../options.ts'
import type { Session } from '../session.ts'

interface Options {
  readonly shape: number[]
  readonly density: number
  readonly scheme: RunSpec['initialization']['scheme']
  readonly dense: RunSpec['initialization']['dense']
  readonly seed: number
  readonly gain: number
  readonly degree: number
  readonly angle?: number
  readonly steps: number
  readonly moreNonzeros?: boolean
  readonly structured?: boolean
  readonly depthwise?: boolean
  readonly backend?: string
  readonly out?: string
  readonly json?: boolean
}

/** `init`: one matrix or kernel of any scheme, its report, and its arrays as NPZ. */
export function addInitCommand(program: Command, session: Session): void {
  program.command('init').description(
    'initialize one matrix [in, out] or kernel [height, width, in, out], report it, write it as NPZ',
  )
    .requiredOption('--shape <sides>', 'e.g. 256x256 or 3x3x64x64', parseSides)
    .option('--density <d>', 'nonzeros over entries', numberIn(0, 1, { above: true }), 1)
    .addOption(new Option('--scheme <name>', 'weight scheme').choices(SCHEMES).default('eoi'))
    .addOption(new Option('--dense <name>', 'dense initializer of base, ai and fan-in').choices(
      DENSE_INITIALIZERS,
    ).default('orthogonal'))
    .option('--seed <n>', 'seed', numberIn(0, Number.MAX_SAFE_INTEGER, { integer: true }), 1)
    .option('--gain <sigma>', 'σ_w', numberIn(0, 100, { above: true }), 1)
    .option('--degree <c>', 'SAO: nonzeros of a row', numberIn(1, 4096, { integer: true }), 16)
    .option('--angle <degrees>', 'EOI: this angle for every rotation instead of uniform ones',
    numberIn(-360, 360))
    .option('--steps <n>', 'AI: gradient steps', numberIn(1, 1_000_000, { integer: true }), 10_000)
    .option('--more-nonzeros', 'EOI in kernels: a denser H')
    .option('--structured', 'EOI in kernels: whole filters')
    .option('--depthwise', 'the kernel is [height, width, channels, 1]')
    .addOption(backendOption())
    .option('--out <file>', 'NPZ file with the arrays weight and mask')
    .option('--json', 'the report as JSON')
    .action(async (options: Options) => {
      const began = performance.now()
      const parameter = parameterOf(options)
      const { kernel, settings } = await initialize(parameter, options)
      const seconds = (performance.now() - began) / 1000
      const report = layerReport(
        parameter, kernel.values, kernel.mask, options.density, settings.gain, kernel.notes,
        new SingularBudget('all'),
      )
      if (options.out !== undefined) writeArrays(options.out, options.shape, kernel)
      const rotations = kernel.rotations ?? null
      const result = {
        ...report, scheme: options.scheme, seed: options.seed, rotations, seconds, file: options.out ?? null,
      }
      session.print(options.json, result, () => reportText(report, rotations, seconds, options.out))
    })
}

function parameterOf({ shape, depthwise }: Options): ParameterSpec {
  if (shape.length !== 2 && shape.length !== 4) {
    throw new BenchError(
      'bad-input',
      `A shape has 2 sides (in x out) or 4 (height x width x in x out), not ${shape.length}.`, '--shape',
    )
  }
  return {
    name: 'kernel', layer: 'kernel', role: 'kernel', shape, maskable: true, trainable: true,
    depthwise: depthwise ?? false,
  }
}

async function initialize(
  parameter: ParameterSpec, options: Options,
): Promise<{ kernel: InitialKernel; settings: RunSpec['initialization'] }> {
  const { initialization: settings } = parseSpec({
    initialization: {
      scheme: options.scheme, dense: options.dense, gain: options.gain, saoDegree: options.degree,
      aiSteps: options.steps,
      moreNonzeros: options.moreNonzeros ?? false, structured: options.structured ?? false,
      ...(options.angle === undefined ? {} : { angles: { kind: 'fixed', degrees: options.angle } }),
    },
  })
  const stream = Stream.root(options.seed).split('initialization').split(parameter.name)
  const kernel = weightScheme(options.scheme)(
    { parameter, density: options.density, mask: null, settings, stream },
  )
  if (options.scheme !== 'ai') return { kernel, settings }
  const backend = await openBackend(options.backend ?? 'auto')
  const { values } = await approximateIsometry({
    layers: [{ name: parameter.name, shape: shapeOf(parameter), values: kernel.values, mask: kernel.mask }],
    steps: settings.aiSteps, rate: settings.aiRate, gain: settings.gain, backend,
  })
  return { kernel: { ...kernel, values: values.get(parameter.name) ?? kernel.values }, settings }
}

function writeArrays(file: string, shape: readonly number[], { values, mask }: InitialKernel): void {
  try {
    writeFileSync(`${file}.part`, writeNpz(
      [{ name: 'weight', shape, data: values }, { name: 'mask', shape, data: mask }],
    ))
    renameSync(`${file}.part`, file)
  } catch (error) {
    throw explain(error, file)
  }
}

function reportText(
  report: LayerReport, rotations: number | null, seconds: number, file: string | undefined,
): string {
  const number = (value: number | null): string => (value === null ? '–' : value.toPrecision(6))
  return [
    `density asked   ${report.densityAsked}`,
    `density reached ${report.density} (${report.nonzeros} of ${report.entries})`,
    `rotations       ${rotations ?? '–'}`,
    `residual        ${report.residual === null ? '–' : report.residual.toExponential(3)}`,
    `singular values mean ${number(
      report.singularMean,
    )}, max ${number(report.singularMax)}, min ${number(report.singularMin)}`,
    `time            ${(1000 * seconds).toFixed(1)} ms`,
    ...report.notes.map((note) => `note            ${note}`),
    ...(file === undefined ? [] : [`written         ${file}`]),
  ].join('\n')
}
