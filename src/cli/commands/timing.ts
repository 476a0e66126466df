import { Option } from 'commander'
import type { Command } from 'commander'
import { openBackend, timeInitializations } from '../../engine/index.ts'
import { writePieces } from '../../lab/export/writer.ts'
import { textTable } from '../../shared/format/text-table.ts'
import { TIMED_SCHEMES, timingSchema } from '../../shared/laboratory/requests.ts'
import type { TimedScheme, TimingInput } from '../../shared/laboratory/requests.ts'
import { timedTitle } from '../../shared/laboratory/timed-title.ts'
import { timingCsv } from '../../shared/laboratory/timing-table.ts'
import type { TimingPoint } from '../../shared/laboratory/types.ts'
import { backendOption, numberIn, numbersIn } from '../options.ts'
import type { Session } from '../session.ts'

interface Options {
  readonly schemes?: TimedScheme[]
  readonly sizes: number[]
  readonly densities: number[]
  readonly steps: number
  readonly repeat: number
  readonly backend?: TimingInput['backend']
  readonly csv?: string
  readonly json?: boolean
}

/** `timing`: how long EOI, AI, SAO and dense QR take for one square matrix. */
export function addTimingCommand(program: Command, session: Session): void {
  program
    .command('timing')
    .description('time to initialize one square matrix, against size and density (Figure 5)')
    .addOption(new Option('--schemes <names...>', 'of').choices(TIMED_SCHEMES))
    .option(
      '--sizes <list>',
      'e.g. 32,64,128',
      numbersIn(2, 8192, { integer: true }),
      [32, 64, 128, 256, 512],
    )
    .option('--densities <list>', 'e.g. 0.03125,0.125,1', numbersIn(1e-6, 1), [1 / 32, 1 / 8, 1 / 2])
    .option('--steps <n>', 'of AI', numberIn(1, 1_000_000, { integer: true }), 100)
    .option('--repeat <n>', 'the median of so many counts', numberIn(1, 100, { integer: true }), 3)
    .addOption(backendOption())
    .option('--csv <file>', 'a row each')
    .option('--json', 'as JSON')
    .action((options: Options) => timing(session, options))
}

async function timing(session: Session, options: Options): Promise<void> {
  const { schemes, sizes, densities, steps, repeat, backend: name = 'auto' } = options
  const request = timingSchema.parse({
    schemes,
    sizes,
    densities,
    aiSteps: steps,
    repeats: repeat,
    backend: name,
  })
  const tools = { now: () => performance.now(), backend: () => openBackend(name) }
  const points: TimingPoint[] = []
  for await (const { done, total, point, problem } of timeInitializations(request, tools)) {
    if (point) points.push(point)
    session.io.err(
      problem === null
        ? `[${done}/${total}] ${point?.scheme} ${point?.size}\n`
        : `[${done}/${total}] ${problem}\n`,
    )
  }
  const cells = points.map((point) => [
    timedTitle(point),
    String(point.size),
    String(point.density),
    point.reached.toFixed(4),
    (1000 * point.seconds).toPrecision(4),
    point.note ?? '',
  ])
  const head = ['Scheme', 'Size', 'Density', 'Reached', 'ms', 'Note']
  if (options.csv !== undefined) writePieces(options.csv, [timingCsv(points)])
  session.print(options.json, points, () => textTable(head, cells, new Set([1, 2, 3, 4])))
}
