import { Option } from 'commander'
import type { Command } from 'commander'
import { describe, drawingFile, drawKernel, openBackend } from '../../engine/index.ts'
import type { DrawTools } from '../../engine/index.ts'
import { writeBytes } from '../../lab/export/writer.ts'
import { BenchError } from '../../shared/contract/errors.ts'
import type { OperatorReport } from '../../shared/contract/run.ts'
import { operatorName } from '../../shared/format/operator.ts'
import type { DrawInput, DrawRequest, DrawingFormat } from '../../shared/laboratory/requests.ts'
import { DRAWING_FORMATS, drawSchema } from '../../shared/laboratory/requests.ts'
import { specOf, wholeRequest } from '../../shared/laboratory/whole-request.ts'
import type { Drawing } from '../../shared/laboratory/types.ts'
import { pairListText } from '../../shared/methods/pairs.ts'
import type { ListedPair } from '../../shared/methods/pairs.ts'
import { FAN_IN_SCALES } from '../../shared/methods/schemes/fan-in.ts'
import { madeSchemes } from '../../shared/methods/traits.ts'
import { DENSE_INITIALIZERS, SANITY_CHECKS } from '../../shared/spec/schema.ts'
import { isOwn } from '../../shared/spec/own.ts'
import { ownSettingPath } from '../../shared/spec/method-fields.ts'
import { parseSetting } from '../../shared/spec/paths.ts'
import type { RunSpec } from '../../shared/spec/schema.ts'
import { backendOption, methodOption, numberIn, parseInterval, parsePairs, parseSides } from '../options.ts'
import { patternOf } from '../pattern-option.ts'
import type { Session } from '../session.ts'
import { inspect } from './init-from.ts'

interface Options {
  readonly shape?: number[]
  readonly from?: string
  readonly csv?: string
  readonly density: number
  readonly scheme: RunSpec['initialization']['scheme']
  readonly set: readonly string[]
  readonly dense: RunSpec['initialization']['dense']
  readonly seed: number
  readonly gain: number
  readonly degree: number
  readonly map: number
  readonly stride: number
  readonly zeroPadded?: boolean
  readonly relu?: boolean
  readonly fanIn?: RunSpec['initialization']['fanInScale']
  readonly published?: boolean
  readonly angle?: number
  readonly angles?: readonly [number, number]
  readonly pairs?: ListedPair[]
  readonly blocks?: number
  readonly start?: 'identity' | 'permutation'
  readonly pattern?: string
  readonly sanity?: RunSpec['initialization']['sanity']
  readonly steps: number
  readonly moreNonzeros?: boolean
  readonly structured?: boolean
  readonly depthwise?: boolean
  readonly backend?: DrawInput['backend']
  readonly out?: string
  readonly pytorch?: boolean
  readonly path?: boolean
  readonly json?: boolean
}

/** `init`: one matrix or kernel of any scheme, its report, and its arrays or its picture as a file. */
export function addInitCommand(program: Command, session: Session): void {
  program
    .command('init')
    .description('initialize one matrix [in, out] or kernel [height, width, in, out], report it, write it')
    .option('--shape <sides>', 'e.g. 256x256 or 3x3x64x64', parseSides)
    .option('--from <file>', 'report every kernel of a .npz or .safetensors file in place of drawing one')
    .option('--density <d>', 'nonzeros over entries', numberIn(0, 1, { above: true }), 1)
    .addOption(methodOption('--scheme <name>', 'weight scheme', madeSchemes()).default('eoi'))
    .option(
      '--set <path=value>',
      'a setting of an own scheme, e.g. initialization.settings.gain=2; may be repeated',
      (value: string, all: string[]) => [...all, value],
      [],
    )
    .addOption(
      new Option('--dense <name>', 'dense initializer of base and ai')
        .choices(DENSE_INITIALIZERS)
        .default('orthogonal'),
    )
    .option('--seed <n>', 'seed', numberIn(0, Number.MAX_SAFE_INTEGER, { integer: true }), 1)
    .option('--gain <sigma>', 'σ_w', numberIn(0, 100, { above: true }), 1)
    .option('--degree <c>', 'SAO: nonzeros of a row', numberIn(1, 4096, { integer: true }), 16)
    .option('--relu', 'SAO: the variant for relu')
    .addOption(
      new Option(
        '--fan-in <scale>',
        'fan-in: variance times kept fan-in, lecun 1, he 2, published 1/3',
      ).choices(FAN_IN_SCALES),
    )
    .option('--published', 'SAO, fan-in, EOI in depthwise kernels: as the public code of the EOI paper')
    .option('--angle <degrees>', 'EOI: this angle for every rotation', numberIn(-360, 360))
    .option('--angles <from:to>', 'EOI: angles uniform on this interval of degrees', parseInterval)
    .option('--pairs <list>', 'EOI: rotate only these pairs of columns, e.g. 0-1,1-2@30', parsePairs)
    .option(
      '--blocks <size>',
      'EOI: rotate only inside blocks of so many columns',
      numberIn(2, 65_536, {
        integer: true,
      }),
    )
    .addOption(new Option('--start <what>', 'EOI: what is rotated').choices(['identity', 'permutation']))
    .option('--pattern <pattern>', 'EOI: 2:4, blocks:8, bands:5, or a .npz, .png or text file of a pattern')
    .addOption(
      new Option('--sanity <check>', 'positions shuffled, or values redrawn under the mask').choices(
        SANITY_CHECKS,
      ),
    )
    .option('--steps <n>', 'AI: gradient steps', numberIn(1, 1_000_000, { integer: true }), 10_000)
    .option('--more-nonzeros', 'EOI in kernels: a denser H')
    .option('--structured', 'EOI in kernels: whole filters')
    .option('--depthwise', 'the kernel is [height, width, channels, 1]')
    .option(
      '--map <side>',
      'of kernels: side of the map that the operator acts on, padded circularly',
      numberIn(1, 256, { integer: true }),
      8,
    )
    .option('--stride <n>', 'of kernels: stride of the operator', numberIn(1, 16, { integer: true }), 1)
    .option('--zero-padded', 'of kernels: singular values of the operator with zero padding too')
    .addOption(backendOption())
    .option('--out <file>', 'weights and mask as .npz or .safetensors, or the picture as .png')
    .option('--pytorch', 'names and layouts of PyTorch in the file')
    .option('--path', 'with --json: the density after the rotations, with theory')
    .option('--csv <file>', 'with --from: every singular value, a row each')
    .option('--json', 'the report as JSON')
    .action((options: Options) => initialize(session, options))
}

async function initialize(session: Session, options: Options): Promise<void> {
  const { from } = options
  if (from !== undefined) {
    if (options.shape || options.out !== undefined)
      throw new BenchError('bad-input', '--from reads a file; leave out --shape and --out.', '--from')
    inspect(session, { ...options, from })
    return
  }
  if (!options.shape)
    throw new BenchError('bad-input', 'Give --shape, e.g. 256x256, or --from FILE.', '--shape')
  if (options.csv !== undefined)
    throw new BenchError('bad-input', '--csv goes with --from; a drawing has --json.', '--csv')
  // The home's own methods are known once it is open.
  if (isOwn(options.scheme)) session.reader()
  const request = wholeRequest(requestOf(options, options.shape))
  const format = options.out === undefined ? null : formatOf(options.out)
  const tools: DrawTools = { now: () => performance.now(), backend: openBackend }
  const drawn = await session.withMethods(specOf(request), () => drawKernel(request, tools))
  const drawing = describe(request, drawn)
  if (options.out !== undefined && format !== null) {
    const { parameter, kernel } = drawn
    const about = { scheme: options.scheme, density: String(options.density), seed: String(options.seed) }
    writeBytes(options.out, drawingFile(parameter, kernel, format, options.pytorch ?? false, about))
  }
  const { report, rotations, seconds, singular, path, overlap, zeroPadded } = drawing
  const file = options.out ?? null
  const padded = zeroPadded === undefined ? {} : { zeroPadded }
  const more = { ...(overlap && { overlap }), ...padded, ...(options.path ? { path } : {}), singular }
  const result = { ...report, scheme: options.scheme, seed: options.seed, rotations, seconds, file, ...more }
  session.print(options.json, result, () => reportText(drawing, file))
}

/** `initialization.settings.gain=2` → { gain: 2 }. */
function ownSettings(texts: readonly string[]): Record<string, number | string | boolean> {
  const before = ownSettingPath('initialization', '')
  return Object.fromEntries(
    texts.map(parseSetting).map(({ path, value }) => {
      if (path.startsWith(before) && !Array.isArray(value)) return [path.slice(before.length), value]
      throw new BenchError(
        'bad-input',
        `--set ${path}: only settings of an own scheme (${before}NAME); others have options of their own.`,
        '--set',
      )
    }),
  )
}

function requestOf(options: Options, shape: number[]): DrawRequest {
  const { angle, angles, pairs, blocks, start, pattern } = options
  if (angle !== undefined && angles)
    throw new BenchError('bad-input', 'Give either --angle or --angles.', '--angle')
  if (pairs && blocks !== undefined)
    throw new BenchError('bad-input', 'Give either --pairs or --blocks.', '--pairs')
  const parsed = drawSchema.safeParse({
    shape,
    depthwise: options.depthwise,
    map: options.map,
    stride: options.stride,
    zeroPadded: options.zeroPadded,
    rectifier: options.relu,
    variant: options.published ? 'published' : undefined,
    density: options.density,
    seed: options.seed,
    backend: options.backend,
    settings: {
      scheme: options.scheme,
      dense: options.dense,
      gain: options.gain,
      sanity: options.sanity,
      saoDegree: options.degree,
      fanInScale: options.fanIn,
      aiSteps: options.steps,
      moreNonzeros: options.moreNonzeros,
      structured: options.structured,
      settings: ownSettings(options.set),
      ...(pairs ? { pairs: { kind: 'list', list: pairListText(pairs) } } : {}),
      ...(start ? { start } : {}),
      ...(pattern === undefined ? {} : { pattern: patternOf(pattern) }),
      ...(blocks === undefined ? {} : { pairs: { kind: 'blocks', block: blocks } }),
      ...(angle === undefined ? {} : { angles: { kind: 'fixed', degrees: angle } }),
      ...(angles ? { angles: { kind: 'interval', from: angles[0], to: angles[1] } } : {}),
    },
  } satisfies DrawInput)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new BenchError(
    'bad-input',
    `--${issue.path.join('.')}: ${issue.message}`,
    `--${String(issue.path[0])}`,
  )
}

function formatOf(file: string): DrawingFormat {
  const ending = file.slice(file.lastIndexOf('.') + 1).toLowerCase()
  const format = DRAWING_FORMATS.find((each) => each === ending)
  if (format) return format
  throw new BenchError(
    'bad-input',
    `--out ${file}: the file must end in .npz, .safetensors or .png.`,
    '--out',
  )
}

/** What a kernel's operator is like; nothing for a matrix. */
function operatorLines(operator: OperatorReport | undefined): string[] {
  if (!operator) return []
  const { residual, singularMean, singularMax, singularMin, frequencies, allFrequencies } = operator
  const number = (value: number | null): string => (value === null ? '–' : value.toPrecision(6))
  const sample = frequencies < allFrequencies ? ` at ${frequencies} of ${allFrequencies} frequencies` : ''
  return [
    `operator        ${operatorName(operator)}`,
    `  residual      ${residual === null ? '–' : residual.toExponential(3)}`,
    `  singular      mean ${number(singularMean)}, max ${number(singularMax)}, ` +
      `min ${number(singularMin)}${sample}`,
  ]
}

/** The operator with zero padding, where it was asked for. */
function paddedLines(padded: Drawing['zeroPadded']): string[] {
  if (padded === undefined) return []
  if (padded === null) return ['zero padded     too large a matrix; a smaller --map or fewer channels']
  const [mean, most, least] = [padded.singularMean, padded.singularMax, padded.singularMin].map((value) =>
    value.toPrecision(6),
  )
  return [`zero padded     singular mean ${mean}, max ${most}, min ${least}`]
}

function reportText({ report, rotations, seconds, path, zeroPadded }: Drawing, file: string | null): string {
  const number = (value: number | null): string => (value === null ? '–' : value.toPrecision(6))
  const { singularMean, singularMax, singularMin } = report
  const flattened = report.operator ? ' of the flattened kernel' : ''
  const theory = path?.expectedRotations
  return [
    `density asked   ${report.densityAsked}`,
    `density reached ${report.density} (${report.nonzeros} of ${report.entries})`,
    `rotations       ${rotations ?? '–'}${typeof theory === 'number' ? ` (theory ${theory})` : ''}`,
    ...operatorLines(report.operator),
    ...paddedLines(zeroPadded),
    `residual        ${report.residual === null ? '–' : report.residual.toExponential(3)}${flattened}`,
    `singular values mean ${number(singularMean)}, max ${number(singularMax)}, ` +
      `min ${number(singularMin)}${flattened}`,
    `time            ${(1000 * seconds).toFixed(1)} ms`,
    ...report.notes.map((note) => `note            ${note}`),
    ...(file === null ? [] : [`written         ${file}`]),
  ].join('\n')
}
