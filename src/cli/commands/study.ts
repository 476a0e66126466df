import { existsSync, readFileSync, statSync } from 'node:fs'
import { basename, extname } from 'node:path'
import { Option } from 'commander'
import { overriddenStudy } from '../../lab/run/start.ts'
import { expandStudy } from '../../shared/studies/grid.ts'
import type { Command } from 'commander'
import type { BackendChoice } from '../../shared/spec/schema.ts'
import { BenchError } from '../../shared/contract/errors.ts'
import { checkNesting } from '../../shared/contract/nesting.ts'
import type { StudyEstimate, ValueAt } from '../../shared/contract/lab.ts'
import { formatBytes, formatDuration } from '../../shared/format/number.ts'
import { oneLine } from '../../shared/format/one-line.ts'
import { textCompareTable, textTable } from '../../shared/format/text-table.ts'
import { parseStudy } from '../../shared/spec/parse.ts'
import { isRecord, parseSetting } from '../../shared/spec/paths.ts'
import type { Budget, Study, StudyInput } from '../../shared/spec/study-schema.ts'
import { parseBudget } from '../../shared/studies/budget.ts'
import { presetStudies, presetStudy } from '../../shared/studies/index.ts'
import { rowLabels } from '../../shared/studies/row-labels.ts'
import { methodNotes } from '../../shared/studies/method-notes.ts'
import type { LabDoor } from '../../lab/lab.ts'
import { EXIT, jsonText } from '../io.ts'
import { makeCounts, makeKernels, makeTimes } from '../untrained-results.ts'
import type { UntrainedResult, UntrainedOptions } from '../untrained-results.ts'
import { backendOption, numberIn, seedsOption } from '../options.ts'
import { checkOn, sendStudy } from '../send-study.ts'
import type { OnOptions } from '../send-study.ts'
import type { Session } from '../session.ts'
import { workOn } from '../work.ts'
import { formatOf, UNTRAINED_FORMATS, writeUntrained } from '../write-untrained.ts'
import type { UntrainedFormat } from '../write-untrained.ts'
import { addStudyCompareCommand, addStudyTableCommand } from './study-compare.ts'
import { addMoreSeedsCommand } from './study-more-seeds.ts'

interface RunOptions extends OnOptions {
  readonly set: string[]
  readonly seeds?: number[]
  readonly operations?: Budget
  readonly backend?: BackendChoice
  readonly reduced?: boolean
  readonly json?: boolean
  readonly metric: string
  readonly at: ValueAt
  readonly significance?: boolean
  readonly out: string[]
  readonly format?: UntrainedFormat
}

const WHOLE = { integer: true } as const
const collect = (value: string, all: string[]): string[] => [...all, value]

/** `study list | show | run`. */
export function addStudyCommand(program: Command, session: Session): void {
  const study = program.command('study').description('list, show and run studies')
  study
    .command('list')
    .description('all studies')
    .option('--json', 'as JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const rows = await session.reader().call('studies/list', {})
      session.print(json, rows, () =>
        textTable(
          ['Study', 'Runs', 'Title'],
          rows.map((row) => [row.id, String(row.runs), row.title]),
          new Set([1]),
        ),
      )
    })
  study
    .command('show')
    .description('a study: its grid, its runs, what it will take')
    .argument('<id>')
    .addOption(budgetOption())
    .option('--json', 'as JSON')
    .action(async (id: string, { json, operations }: { json?: boolean; operations?: Budget }) => {
      const lab = session.reader()
      const stored = await lab.call('studies/get', { id })
      const detail = operations ? { ...stored, study: { ...stored.study, budget: operations } } : stored
      const estimate = await lab.call('studies/estimate', { study: detail.study })
      const deviations = presetStudies().find((each) => each.study.id === id)?.preset.deviations ?? []
      session.print(json, { ...detail, deviations, estimate }, () =>
        showText(detail.study, estimate, deviations),
      )
    })
  study
    .command('run')
    .description('run a study to its end, then print its comparison')
    .argument('<id-or-file>')
    .option(
      '--set <path=value>',
      'set a field of every run, e.g. training.epochs=0.1; may be repeated',
      collect,
      [],
    )
    .addOption(seedsOption())
    .addOption(budgetOption())
    .addOption(backendOption())
    .option('--reduced', 'the reduced form of a preset study')
    .option('--metric <name>', 'what to compare', 'test.accuracy')
    .option('--at <which>', 'last, best or best-validation', 'last')
    .option('--significance', 'with --json: tests between schemes too')
    .option('--out <file>', 'write the result too; may be repeated', collect, [])
    .addOption(new Option('--format <format>', 'of --out; else its ending tells').choices(UNTRAINED_FORMATS))
    .option('--on <cluster>', 'send it to a cluster, and come back at once')
    .option('--dry-run', 'with --on: tell what would be sent, and send nothing')
    .option(
      '--time <minutes>',
      'with --on: time limit of a task; else by the estimate',
      numberIn(1, 525_600, WHOLE),
    )
    .option(
      '--per-task <number>',
      'with --on: runs of a task, one after the other',
      numberIn(1, 100_000, WHOLE),
    )
    .option('--json', 'the result as JSON')
    .action((what: string, options: RunOptions) => run(session, what, options))
  addStudyCompareCommand(study, session)
  addStudyTableCommand(study, session)
  addMoreSeedsCommand(study, session)
}

/** All rows train for the same operations. */
const budgetOption = (): Option =>
  new Option(
    '--operations <budget>',
    'all rows train for the same floating-point operations, not epochs: a number (1e13), or those of a row ' +
      '(Method=Dense)',
  ).argParser(parseBudget)

/** What computes the result of a preset that trains nothing; null for one that has runs. */
function makerOf(id: string): ((study: Study, options: UntrainedOptions) => Promise<UntrainedResult>) | null {
  const kind = presetStudies().find(({ study }) => study.id === id)?.preset.kind
  if (kind === 'timing') return makeTimes
  if (kind === 'parameters') return makeCounts
  return kind === 'kernel' ? makeKernels : null
}

async function make(
  session: Session,
  id: string,
  options: RunOptions,
  maker: NonNullable<ReturnType<typeof makerOf>>,
): Promise<void> {
  const formats = options.out.map((file) => formatOf(file, options.format))
  const set = settingsOf(options)
  const study = overriddenStudy(presetStudy(id).study, set, options.seeds)
  const lab = session.reader()
  const made = await maker(study, { io: session.io, lab, backend: options.backend ?? 'auto' })
  for (const [index, file] of options.out.entries())
    for (const written of await writeUntrained(made, file, formats[index], id)) session.io.err(`${written}\n`)
  const { table, header, rows } = made
  const records = rows.map((row) => Object.fromEntries(header.map((name, column) => [name, row[column]])))
  session.print(
    options.json,
    { study: id, rows: records },
    () => `${textTable(table.header, table.rows, table.right)}\n\n${table.caption}`,
  )
}

const settingsOf = (options: RunOptions) =>
  Object.fromEntries(options.set.map(parseSetting).map(({ path, value }) => [path, value]))

async function run(session: Session, what: string, options: RunOptions): Promise<void> {
  const id = options.reduced ? reducedId(what) : what
  const maker = makerOf(id)
  checkOn(options, maker !== null)
  if (maker) await make(session, id, options, maker)
  else await train(session, what, options)
}

async function train(session: Session, what: string, options: RunOptions): Promise<void> {
  const tables = options.out.map((file) => tableFormat(file, options.format))
  // Opened first, since fields and names may be those of the home's own methods.
  const lab = session.worker()
  const set = settingsOf(options)
  const file = isFile(what) ? readStudyFile(what) : null
  const { seeds, backend, operations: budget } = options
  const given = file && options.on !== undefined && options.dryRun ? { study: file } : {}
  if (file && !given.study) await lab.call('studies/save', { study: file })
  const id = file?.id ?? (options.reduced ? reducedId(what) : what)
  if (options.on !== undefined) {
    const { on: cluster, dryRun, time, perTask } = options
    const start = { id, ...given, set, seeds, budget, backend }
    await sendStudy(session, lab, { ...start, cluster, dryRun, time, perTask }, options.json)
    return
  }
  const started = await lab.call('studies/start', { id, set, seeds, budget, backend })
  const { study } = await lab.call('studies/get', { id })
  const { title } = study
  const { inVain } = expandStudy(overriddenStudy(study, set, seeds, budget))
  for (const vain of inVain) session.io.err(`! ${vain}\n`)
  for (const note of methodNotes(study, await lab.call('methods/list', {}))) session.io.err(`! ${note}\n`)
  session.io.err(
    `${oneLine(title)}: ${started.runs.length} runs` +
      (started.reused > 0 ? `, ${started.reused} of them there already or on their way` : '') +
      (started.left === 0 ? '; nothing is left to do' : '') +
      '\n',
  )
  if (started.changed.length > 0) {
    session.io.err(
      `Trained on other data than lie there now: run ${started.changed.join(', ')}; ` +
        'new runs are made for what is there now, and both stay.\n',
    )
  }
  const runs = await workThrough(session, lab, { id, set, options, started })
  if (!runs) return
  await report(session, lab, id, runs, options)
  for (const [index, out] of options.out.entries()) {
    const { metric, at, significance } = options
    const request = { what: 'groups' as const, study: id, runs, metric, at, significance }
    const written = await lab.call('export/write', { ...request, format: tables[index], file: out })
    session.io.err(`${written.file}\n`)
  }
}

/**
 * Works on the runs until there are no more: a search of the learning rate queues what it has chosen. Null
 * when it was interrupted.
 */
async function workThrough(
  session: Session,
  lab: LabDoor,
  start: {
    readonly id: string
    readonly set: Record<string, unknown>
    readonly options: RunOptions
    readonly started: { readonly runs: readonly number[]; readonly waiting?: number }
  },
): Promise<readonly number[] | null> {
  const { id, set, options, started } = start
  let { runs, waiting = 0 } = started
  for (;;) {
    session.exitCode = await workOn(lab, runs, session.io)
    if (session.exitCode === EXIT.interrupted) return null
    if (waiting === 0) return runs
    const { seeds, backend, operations: budget } = options
    const next = await lab.call('studies/start', { id, set, seeds, budget, backend, retry: false })
    if (next.runs.length === runs.length) return next.runs
    session.io.err(`Learning rates chosen; ${next.runs.length - runs.length} runs at them.\n`)
    runs = next.runs
    waiting = next.waiting ?? 0
  }
}

/** The comparison is a table; figures of it have names, which `export` takes. */
function tableFormat(file: string, format: UntrainedFormat | undefined): 'csv' | 'latex' | 'markdown' {
  const found = formatOf(file, format)
  if (found === 'csv' || found === 'latex' || found === 'markdown') return found
  throw new BenchError(
    'bad-input',
    `--out ${file}: a comparison is a table (csv, latex, markdown). ` +
      'Its figures: export --what figure --figure NAME.',
    '--out',
  )
}

async function report(
  session: Session,
  lab: LabDoor,
  study: string,
  runs: readonly number[],
  options: RunOptions,
): Promise<void> {
  const table = await lab.call('compare/table', {
    study,
    runs,
    metric: options.metric,
    at: options.at,
    significance: options.significance,
  })
  session.io.out(
    options.json
      ? jsonText({
          study,
          table,
          runs: await lab
            .call('runs/list', { study })
            .then((rows) => rows.filter(({ id }) => runs.includes(id))),
        })
      : `${textCompareTable(table)}\n`,
  )
}

function reducedId(id: string): string {
  const { preset } = presetStudy(id)
  if (preset.reduced) return preset.reduced.id
  throw new BenchError(
    'bad-input',
    `“${id}” has no reduced form; it is small itself. Leave out --reduced.`,
    '--reduced',
  )
}

function isFile(what: string): boolean {
  return extname(what).toLowerCase() === '.json' || what.includes('/') || what.includes('\\')
}

/** A study from a JSON file; a lone run specification becomes a study of one run, named by its file. */
function readStudyFile(file: string): StudyInput {
  if (!existsSync(file)) throw new BenchError('not-found', `There is no file ${file}.`, file)
  // A pipe ends (`study run <(…)`); a device may not.
  const found = statSync(file)
  if (found.isDirectory())
    throw new BenchError('bad-input', `${file} is a folder; a study is a file of JSON.`, file)
  if (found.isCharacterDevice() || found.isBlockDevice())
    throw new BenchError('bad-input', `${file} is a device; a study is a file of JSON.`, file)
  let content: unknown
  try {
    content = JSON.parse(readFileSync(file, 'utf8').replace(/^\uFEFF/, ''))
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new BenchError('bad-specification', `${file} is not JSON: ${error.message}.`, file, {
      cause: error,
    })
  }
  checkNesting(content)
  if (!isRecord(content))
    throw new BenchError(
      'bad-specification',
      `${file} holds no object; a study or a run specification is one.`,
      file,
    )
  if ('id' in content || 'axes' in content) return parseStudy(content)
  const { seed, ...base } = content
  const name = basename(file, extname(file))
  const id =
    name
      .toLowerCase()
      .replace(/[^a-z0-9-]+/g, '-')
      .replace(/^-+/, '')
      .slice(0, 63) || 'study'
  return { id, title: name, base, ...(seed === undefined ? {} : { seeds: [seed as number] }) }
}

function showText(study: Study, estimate: StudyEstimate, deviations: readonly string[]): string {
  return [
    `${oneLine(study.title)} (${study.id})`,
    ...(study.description === '' ? [] : ['', study.description]),
    '',
    ...rowLabels(study).map(({ name, labels }) => oneLine(`${name}: ${labels.join(', ')}`)),
    `Seeds: ${study.seeds.join(', ')}`,
    ...(study.search
      ? [
          `Search: learning rates ${study.search.rates.join(', ')} with the seeds ` +
            `${study.search.seeds.join(', ')} for every row, chosen by validation`,
        ]
      : []),
    ...budgetText(estimate),
    `Runs: ${estimate.runs}, ${estimate.existing} of them done`,
    `Time: ${estimate.seconds === null ? 'unknown' : formatDuration(estimate.seconds)}. ${estimate.basis}`,
    ...memoryText(estimate),
    ...deviations.map((deviation) => `Not as in the paper’s public code: ${deviation}`),
    ...estimate.problems.map((problem) => `! ${problem}`),
  ].join('\n')
}

const memoryText = ({ memory }: StudyEstimate): string[] =>
  memory
    ? [
        `Memory: about ${formatBytes(memory.bytes)} of ${formatBytes(memory.available)} ` +
          `(the run that takes most, ${memory.backend}, without its data)` +
          `${memory.advice === null ? '' : `; ${memory.advice}`}.`,
      ]
    : []

const budgetText = ({ budget = [] }: StudyEstimate): string[] =>
  budget.length === 0
    ? []
    : ['Equal operations in place of equal epochs:', ...budget.map((line) => `  ${line}`)]
