import { existsSync } from 'node:fs'
import { InvalidArgumentError } from 'commander'
import type { Command } from 'commander'
import { BenchError } from '../../shared/contract/errors.ts'
import type { MethodCheck, MethodRow, MethodSettings } from '../../shared/contract/methods.ts'
import { formatBytes } from '../../shared/format/number.ts'
import { textTable } from '../../shared/format/text-table.ts'
import { CHECK_HEADER, checkCells, commonProblem } from '../../shared/methods/check-table.ts'
import { METHOD_KINDS } from '../../shared/methods/registry.ts'
import { flatSettings } from '../../shared/methods/settings.ts'
import { EXIT } from '../io.ts'
import { numberIn } from '../options.ts'
import type { Session } from '../session.ts'

interface Json {
  readonly json?: boolean
}

const STATES: Readonly<Record<MethodRow['state'], string>> = {
  ready: 'ready',
  changed: 'its file has changed since it was added',
  missing: 'its file is gone',
  untrusted: 'not allowed yet',
  removed: 'removed; runs have it',
}

/** `methods list | show | check | add | remove | trust | settings`. */
export function addMethodsCommand(program: Command, session: Session): void {
  const methods = program
    .command('methods')
    .description('methods of your own: schemes, distributions, dynamics')
  methods
    .command('list')
    .description('all methods of your own and where they stand')
    .option('--json', 'as JSON')
    .action(async ({ json }: Json) => {
      const rows = await session.reader().call('methods/list', {})
      session.print(json, rows, () => listText(rows))
    })
  methods
    .command('show')
    .description('the text of a method, as it runs')
    .argument('<name>', 'own:NAME, or the hash of its content')
    .option('--json', 'as JSON')
    .action(async (name: string, { json }: Json) => {
      const text = await session.reader().call('methods/text', { name })
      session.print(json, text, () => text.text.trimEnd())
    })
  methods
    .command('check')
    .description('run a method on several cases and say what was found; a file need not be added')
    .argument('<file-or-name>', 'a .py, .js, .mjs or .ts file, or own:NAME')
    .option('--json', 'as JSON')
    .action((what: string, { json }: Json) => check(session, what, json))
  methods
    .command('add')
    .description('keep a file’s method for studies; adding it again takes what the file holds now')
    .argument('<file>', 'a .py, .js, .mjs or .ts file; its code runs')
    .option('--json', 'as JSON')
    .action(async (file: string, { json }: Json) => {
      const row = await session.worker().call('methods/add', { file })
      session.print(json, row, () => addedText(row))
    })
  methods
    .command('remove')
    .description('take a method away; runs keep the content that they were made with')
    .argument('<name>', 'own:NAME')
    .option('--json', 'as JSON')
    .action(async (name: string, { json }: Json) => {
      const removed = await session.worker().call('methods/remove', { name })
      const { runs } = removed
      const kept = runs === 0 ? '' : `; ${runs === 1 ? 'a run keeps' : `${runs} runs keep`} its content`
      session.print(json, removed, () => `${removed.name} is removed${kept}.`)
    })
  methods
    .command('trust')
    .description('look at a method that came from somebody else, and allow it to run on this computer')
    .argument('<name>', 'own:NAME, or the hash of its content')
    .option('--seen <hash>', 'allow the content of this hash, which `trust` without it has shown')
    .option('--json', 'as JSON')
    .action((name: string, options: Json & { readonly seen?: string }) => trust(session, name, options))
  addSettings(methods, session)
}

function addSettings(methods: Command, session: Session): void {
  methods
    .command('settings')
    .description('how methods are run on this computer; what is given is changed')
    .option('--python <path>', 'the interpreter; “auto” takes the first on the path that has NumPy')
    .option('--seconds <number>', 'of one call', numberIn(1, 86_400))
    .option('--memory <gigabytes>', 'that a method’s process may hold', numberIn(0.256, 1e6))
    .option('--json', 'as JSON')
    .action(async (options: Json & { python?: string; seconds?: number; memory?: number }) => {
      const { python, seconds, memory, json } = options
      const change: Partial<MethodSettings> = {
        ...(python === undefined ? {} : { python: python === 'auto' ? null : python }),
        ...(seconds === undefined ? {} : { seconds }),
        ...(memory === undefined ? {} : { memory: memory * 1e9 }),
      }
      const settings = await session.reader().call('methods/settings', change)
      session.print(json, settings, () =>
        [
          `Python: ${settings.python ?? 'the first on the path that has NumPy'}`,
          `Seconds of one call: ${settings.seconds}`,
          `Memory: ${formatBytes(settings.memory)}`,
        ].join('\n'),
      )
    })
}

function listText(rows: readonly MethodRow[]): string {
  if (rows.length === 0) return 'No method of your own yet; add one with: lab methods add FILE'
  return textTable(
    ['Method', 'Kind', 'Language', 'Content', 'Runs', 'State'],
    rows.map((row) => [
      row.name,
      METHOD_KINDS[row.descriptor.kind].title,
      row.language,
      row.sha256.slice(0, 12),
      String(row.runs),
      STATES[row.state],
    ]),
  )
}

function addedText({ name, descriptor, sha256 }: MethodRow): string {
  const { path } = METHOD_KINDS[descriptor.kind]
  const section = path.split('.')[0]
  const settings = [...flatSettings(descriptor.settings)].map(([setting, each]) =>
    `  ${section}.settings.${setting} = ${String(each.default)}  ${each.help}`.trimEnd(),
  )
  return [
    `${name} is added (content ${sha256.slice(0, 12)}). In a specification: ${path} = ${name}`,
    ...settings,
  ].join('\n')
}

function checkText(check: MethodCheck): string {
  const { descriptor } = check
  const common = commonProblem(check.rows)
  const table = common ?? textTable([...CHECK_HEADER], check.rows.map(checkCells))
  const failed = check.rows.filter(({ problem }) => problem !== null).length
  return [
    `${descriptor.name}, a ${descriptor.kind} (${check.file}, content ${check.sha256.slice(0, 12)})`,
    table,
    ...(check.printed === '' ? [] : [`It printed:\n${check.printed.trimEnd()}`]),
    check.passed ? 'In order.' : `${failed} of ${check.rows.length} cases are not in order.`,
  ].join('\n')
}

async function check(session: Session, what: string, json: boolean | undefined): Promise<void> {
  const lab = session.reader()
  const found = existsSync(what)
    ? await lab.call('methods/check-file', { file: what })
    : /\.(py|m?js|m?ts)$/.test(what)
      ? missing(what)
      : await lab.call('methods/check', { name: what })
  session.print(json, found, () => checkText(found))
  if (!found.passed) session.exitCode = EXIT.failed
}

function missing(file: string): never {
  throw new BenchError('not-found', `There is no file ${file}.`, file)
}

/** A beginning of a hash that cannot be another content’s by accident. */
const LEAST_DIGITS = 12

async function trust(
  session: Session,
  name: string,
  { seen, json }: Json & { readonly seen?: string },
): Promise<void> {
  const lab = session.reader()
  const content = await lab.call('methods/text', { name })
  if (seen === undefined) {
    session.print(json, content, () =>
      [
        content.text.trimEnd(),
        '',
        content.trusted
          ? `${content.name} may run on this computer already.`
          : `This is ${content.name} (${content.file}). Once allowed it has your rights. To allow it:\n` +
            `  lab methods trust ${content.name} --seen ${content.sha256.slice(0, LEAST_DIGITS)}`,
      ].join('\n'),
    )
    return
  }
  if (seen.length < LEAST_DIGITS || !content.sha256.startsWith(seen)) {
    throw new InvalidArgumentError(
      `${content.name} has another content than “${seen}”; look at it: lab methods trust ${content.name}`,
    )
  }
  const row = await lab.call('methods/trust', { name: content.sha256, sha256: content.sha256 })
  session.print(json, row, () => `${content.name} may run on this computer.`)
}
